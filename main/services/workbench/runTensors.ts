// The tensors of a run: weights from its kept checkpoints, gradients computed there in a worker once and kept in its folder.
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { GradientsJob, GradientsResult } from '../../../contract/jobs.js';
import type { ExaminationProgress, TensorHistogram, TensorSummary } from '../../../contract/services/runs.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { elements, tensor, type Tensor } from '../../../engine/ir/tensor.js';
import { countInto, sharedEdges, spreadOf, type Numbers } from '../../../engine/training/histogram.js';
import type { KeptCheckpoint } from '../../store/checkpointStore.js';
import { loadSafetensors, loadTensors, saveSafetensors } from '../../store/safetensorsFile.js';
import { runInWorker } from '../launcher.js';
import type { WorkbenchPorts } from './ports.js';
import { chosenCheckpoint, loadForExamination } from './runExamination.js';
import { SharedWork, type ShareContext } from './sharedWork.js';

type Context = ShareContext<ExaminationProgress>;

/** Gradients are kept this finely; coarser bins are sums of neighbours. */
const gradientBins = 240;

const headSchema = z.object({ steps: z.array(z.number()), names: z.array(z.string()) });

export class RunTensors {
  private readonly work = new SharedWork<GradientsResult, ExaminationProgress>();

  constructor(private readonly ports: WorkbenchPorts) {}

  /** Of the state that counts, in the order of the file. */
  async summaries(run: string): Promise<TensorSummary[]> {
    const checkpoint = await chosenCheckpoint(this.ports.workspace, run);
    const { tensors } = await loadSafetensors(checkpoint.path);
    const buffers = await this.bufferNames(run);
    const summaries: TensorSummary[] = [];
    for (const [name, value] of tensors) {
      // Another state of the same weights: what was best, kept beside what is now.
      if (name.startsWith('best/')) continue;
      const kind = /^(optimizer|average)\//.test(name) ? 'optimizer' : buffers.has(name) ? 'buffer' : 'parameter';
      summaries.push({ name, shape: value.shape, kind, ...spreadOf(numbersOf(value)) });
      // Large models have many: others get their turn.
      await setImmediate();
    }
    return inLayers(summaries);
  }

  /** @throws EngineError `run.tensor` */
  async histogram(
    { run, tensor: name, of, bins }: { run: string; tensor: string; of: 'weights' | 'gradients'; bins: number },
    context: Context,
  ): Promise<TensorHistogram> {
    const kept = await this.ports.workspace.checkpoints(this.ports.workspace.runs.find(run).run).kept();
    return of === 'weights' ? this.weights(kept, name, bins) : this.gradients(run, kept, name, bins, context);
  }

  private async weights(kept: readonly KeptCheckpoint[], name: string, bins: number): Promise<TensorHistogram> {
    const found: { step: number; numbers: Numbers }[] = [];
    for (const { step, path } of kept) {
      const value = (await loadTensors(path, [name])).get(name);
      if (value) found.push({ step, numbers: numbersOf(value) });
    }
    if (found.length === 0) throw noTensor(name);
    const edges = sharedEdges(
      found.map(({ numbers }) => numbers),
      bins,
    );
    const counts = new Float64Array(found.length * bins);
    found.forEach(({ numbers }, index) => counts.set(countInto(numbers, edges), index * bins));
    return { name, steps: Float64Array.from(found, ({ step }) => step), edges, counts };
  }

  private async gradients(
    run: string,
    kept: readonly KeptCheckpoint[],
    name: string,
    bins: number,
    context: Context,
  ): Promise<TensorHistogram> {
    const steps = kept.map(({ step }) => step);
    const result =
      (await this.readGradients(run, steps)) ??
      (await this.work.do(`${run} ${steps.join()}`, context, (shared) => this.computeGradients(run, kept, shared)));
    const found = result.tensors.find((one) => one.name === name);
    if (!found) throw noTensor(name);
    return { name, steps: result.steps, ...coarser(found, result.steps.length, bins) };
  }

  private async computeGradients(
    run: string,
    kept: readonly KeptCheckpoint[],
    { signal, progress }: Context,
  ): Promise<GradientsResult> {
    progress({ stage: 'reading', done: 0, total: 0 });
    const store = this.ports.workspace.checkpoints(run);
    const loaded = await loadForExamination(this.ports, run);
    const checkpoints = await Promise.all(kept.map((checkpoint) => store.loadKept(checkpoint)));
    signal.throwIfAborted();
    const job: GradientsJob = { kind: 'gradients', ...loaded, checkpoints, bins: gradientBins };
    const result = await runInWorker<{ done: number; total: number }, GradientsResult>(this.ports.launch, {
      entry: 'trained.node',
      job,
      onEvent: (event) => progress({ stage: 'computing', ...event }),
      signal,
    });
    await this.writeGradients(run, result);
    return result;
  }

  private async writeGradients(run: string, { steps, tensors }: GradientsResult): Promise<void> {
    const columns = tensors.flatMap(({ edges, counts }, index): [string, Tensor][] => [
      [`${index}/edges`, tensor('float64', [edges.length], edges)],
      [`${index}/counts`, tensor('float64', [steps.length, edges.length - 1], counts)],
    ]);
    const head = JSON.stringify({ steps: [...steps], names: tensors.map(({ name }) => name) });
    const content = { tensors: new Map(columns), metadata: { gradients: head } };
    await saveSafetensors(this.gradientsFile(run), content, this.ports.workspace.files);
  }

  /** undefined where there is no file, or one of other checkpoints. */
  private async readGradients(run: string, steps: readonly number[]): Promise<GradientsResult | undefined> {
    const file = await loadSafetensors(this.gradientsFile(run)).catch(() => undefined);
    const head = headSchema.safeParse(JSON.parse(file?.metadata.gradients ?? 'null')).data;
    if (!file || head?.steps.join() !== steps.join()) return undefined;
    const column = (name: string): Float64Array => file.tensors.get(name)!.data as Float64Array;
    const tensors = head.names.map((name, index) => ({
      name,
      edges: column(`${index}/edges`),
      counts: column(`${index}/counts`),
    }));
    return { steps: Float64Array.from(head.steps), tensors };
  }

  private gradientsFile(run: string): string {
    return join(this.ports.workspace.runFolder(run), 'gradients.safetensors');
  }

  /** What the model keeps without training it, as running means. */
  private async bufferNames(run: string): Promise<ReadonlySet<string>> {
    const [{ readRunSpecification }, { compileProgram }, { examinePhaseOf }] = await Promise.all([
      import('../runSpecification.js'),
      import('../../../engine/training/program.js'),
      import('../../../engine/training/examination.js'),
    ]);
    const specification = await readRunSpecification(this.ports.workspace, run);
    if (!specification) return new Set();
    const { entries } = compileProgram([examinePhaseOf(specification.trained, 1)]);
    return new Set(entries.filter(({ role }) => role === 'buffer').map(({ name }) => name));
  }
}

/** Parameters first; the tensors of a layer stand together, in the order of the layers. */
function inLayers(summaries: readonly TensorSummary[]): TensorSummary[] {
  const kinds: readonly TensorSummary['kind'][] = ['parameter', 'buffer', 'optimizer'];
  const layerOf = (name: string): string => name.replace(/[./][^./]*$/, '');
  const layers = [...new Set(summaries.map(({ name }) => layerOf(name)))];
  const rank = ({ kind, name }: TensorSummary): number =>
    kinds.indexOf(kind) * (layers.length + 1) + layers.indexOf(layerOf(name));
  return [...summaries].sort((one, other) => rank(one) - rank(other));
}

function numbersOf(value: Tensor): Numbers {
  const { data } = value;
  return data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array
    ? data
    : elements(value);
}

/** At most `bins` bins, each the sum of as many fine ones. */
function coarser(
  { edges, counts }: { readonly edges: Float64Array; readonly counts: Float64Array },
  steps: number,
  bins: number,
): Pick<TensorHistogram, 'edges' | 'counts'> {
  const fine = edges.length - 1;
  let share = Math.max(1, Math.ceil(fine / bins));
  while (fine % share !== 0) share++;
  const coarse = fine / share;
  const sums = new Float64Array(steps * coarse);
  for (let at = 0; at < counts.length; at++) sums[Math.floor(at / share)]! += counts[at]!;
  return { edges: edges.filter((_, edge) => edge % share === 0), counts: sums };
}

function noTensor(name: string): EngineError {
  return new EngineError(
    'run.tensor',
    `Tensor '${name}': no kept checkpoint of this run has it. Choose one of the list.`,
    { node: name },
  );
}
