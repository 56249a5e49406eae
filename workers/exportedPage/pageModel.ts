// The model of the page: its session, and predictions from rows as they are in the data.
import * as ort from 'onnxruntime-web/wasm';
import { encodeExamples, type ExampleRow } from '../../engine/data/encodeExamples.js';
import { decodeBase64 } from '../../engine/exporters/base64.js';
import type { PageContent, PageExample, PageRow } from '../../engine/exporters/pageContent.js';
import { readRows } from './pageInput.js';

export interface Blocks {
  readonly content: PageContent;
  readonly modelBytes: number;
  readonly pageBytes: number;
}

export class PageModel {
  private constructor(
    private readonly session: ort.InferenceSession,
    readonly content: PageContent,
    readonly modelBytes: number,
    readonly pageBytes: number,
  ) {}

  private last: Promise<unknown> = Promise.resolve();

  static async open(content: PageContent): Promise<PageModel> {
    const [modelText, runtimeText] = [textOf('model'), textOf('runtime')];
    const scripts = [...document.scripts].reduce((sum, script) => sum + script.text.length, 0);
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.proxy = false;
    ort.env.logLevel = 'error';
    ort.env.wasm.wasmBinary = (await expand(runtimeText)).buffer;
    const model = await expand(modelText);
    const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
    for (const id of ['model', 'runtime']) document.getElementById(id)?.remove();
    return new PageModel(session, content, model.length, scripts);
  }

  /** The output for the last of the rows; of a language model, for its last position. Runs one after the other. */
  predict(rows: readonly PageRow[]): Promise<Float32Array> {
    const next = this.last.then(() => this.run(rows));
    this.last = next.catch(() => undefined);
    return next;
  }

  private async run(rows: readonly PageRow[]): Promise<Float32Array> {
    const { preprocessing } = this.content;
    const encoded = encodeExamples(preprocessing, extended(this.content, readRows(rows)));
    const feeds = Object.fromEntries(
      Object.entries(encoded).map(([name, { dtype, shape, data }]) => {
        const size = data.length / shape[0]!;
        const one = (data as Float32Array).subarray(data.length - size);
        return [name, new ort.Tensor(dtype as 'float32', one, [1, ...shape.slice(1)])];
      }),
    );
    const { output } = await this.session.run(feeds);
    const values = output!.data as Float32Array;
    const { target } = preprocessing;
    return target.kind === 'nextCharacters' ? values.slice(-(target.vocabulary.length + 2)) : values;
  }

  /** The largest difference from what training gave, relative to 1 + |expected|. */
  async compare(examples: readonly PageExample[]): Promise<number> {
    let largest = 0;
    for (const { rows, expected } of examples) {
      const found = await this.predict(rows);
      expected.forEach((value, index) => {
        const difference = Math.abs(value - found[index]!) / (1 + Math.abs(value));
        largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
      });
    }
    return largest;
  }
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

async function expand(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = decodeBase64(new TextEncoder().encode(base64));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A forecast looks `horizon` rows ahead: as many rows follow, which it does not see. */
function extended({ preprocessing }: PageContent, rows: readonly ExampleRow[]): readonly ExampleRow[] {
  const history = preprocessing.inputs.find((input) => input.kind === 'history');
  if (history?.kind !== 'history' || rows.length === 0) return rows;
  return [...rows, ...new Array<ExampleRow>(history.horizon).fill(rows.at(-1)!)];
}
