// Measures equivalent lowerings on the backend that will run them, and keeps the choice.
import type { Graph } from '../engine/ir/graph.js';
import { isStatic, sizeOf } from '../engine/ir/shape.js';
import { zeros, type Tensor } from '../engine/ir/tensor.js';
import { encodeModel } from '../engine/onnx/encode.js';
import type { LoweringChoices } from '../engine/ops/emit.js';
import { normals } from '../engine/random/fields.js';
import type { Backend, Session, SessionOptions } from './backends/backend.js';

/** `kind|key` → name of the favourite; JSON, kept per backend and machine. */
export type ChoiceTable = Record<string, string>;

interface Probe {
  readonly key: string;
  readonly alternatives: Readonly<Record<string, Uint8Array>>;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Knows the measured favourites, and collects what has yet to be measured. */
export class MeasuredChoices implements LoweringChoices {
  private readonly probes = new Map<string, Probe>();

  /** What has been picked from the table. */
  readonly used: ChoiceTable = {};

  constructor(readonly table: ChoiceTable) {}

  pick(kind: string, key: string, names: readonly string[]): string | undefined {
    const id = `${kind}|${key}`;
    const favourite = this.table[id];
    if (favourite === undefined || !names.includes(favourite)) return undefined;
    this.used[id] = favourite;
    return favourite;
  }

  probe(kind: string, key: string, alternatives: Readonly<Record<string, Graph>>): void {
    const id = `${kind}|${key}`;
    if (this.probes.has(id)) return;
    const graphs = Object.values(alternatives);
    if (!graphs.every((graph) => graph.inputs.every((value) => value.dtype && isStatic(value.shape)))) return;
    const inputs = Object.fromEntries(
      graphs
        .flatMap((graph) => graph.inputs)
        .map((value) => [value.name, exampleOf(value.name, value.dtype!, value.shape as readonly number[])]),
    );
    const encoded = Object.entries(alternatives).map(([name, graph]) => [name, encodeModel(graph)] as const);
    this.probes.set(id, { key: id, alternatives: Object.fromEntries(encoded), inputs });
  }

  /** Whether a lowering asked for something that is not in the table. */
  get pending(): number {
    return this.probes.size;
  }

  /** Times what was collected and adds the favourites to the table. */
  async measure(
    backend: Backend,
    options: SessionOptions,
    report?: (done: number, total: number) => void,
  ): Promise<void> {
    const total = this.probes.size;
    let done = 0;
    for (const probe of this.probes.values()) {
      this.table[probe.key] = await fastest(backend, options, probe);
      report?.(++done, total);
    }
    this.probes.clear();
  }
}

function exampleOf(name: string, dtype: Tensor['dtype'], shape: readonly number[]): Tensor {
  if (dtype !== 'float32') return zeros(dtype, shape);
  return { dtype, shape, data: normals({ seed: 0, purpose: `tuning/${name}` }, sizeOf(shape)) };
}

const rounds = 7;
/** A sample's runs together last at least this long, in milliseconds, so that the clock's grain does not matter. */
const sampleLength = 0.3;
/** Samples of one turn together last about this long. */
const turnLength = 3;
/** A later alternative must save this share of the time of the first, which is the favourite for a stated reason. */
const worthwhile = 0.07;

interface Contender {
  readonly name: string;
  readonly session: Session;
  readonly feeds: Readonly<Record<string, Tensor>>;
  best: number;
}

/** Alternatives take turns and the shortest sample counts, since other work on the machine can only lengthen one. */
async function fastest(backend: Backend, options: SessionOptions, probe: Probe): Promise<string> {
  const contenders = await Promise.all(
    Object.entries(probe.alternatives).map(async ([name, model]): Promise<Contender> => {
      const session = await backend.open(model, options);
      const feeds = Object.fromEntries(session.inputNames.map((input) => [input, probe.inputs[input]!]));
      return { name, session, feeds, best: Infinity };
    }),
  );
  for (const { session, feeds } of contenders) await session.run(feeds);
  for (let round = 0; round < rounds; round++) for (const contender of contenders) await takeTurn(contender);
  for (const { session } of contenders) await session.dispose();
  return favourite(contenders);
}

async function takeTurn(contender: Contender): Promise<void> {
  const turnStart = performance.now();
  do {
    const start = performance.now();
    let runs = 0;
    do {
      await contender.session.run(contender.feeds);
      runs++;
    } while (performance.now() - start < sampleLength);
    contender.best = Math.min(contender.best, (performance.now() - start) / runs);
  } while (performance.now() - turnStart < turnLength);
}

/** The fastest, unless the first is about as fast. */
export function favourite(contenders: readonly { readonly name: string; readonly best: number }[]): string {
  const [first] = contenders;
  const quickest = contenders.reduce((a, b) => (b.best < a.best ? b : a));
  return (quickest.best < first!.best * (1 - worthwhile) ? quickest : first!).name;
}
