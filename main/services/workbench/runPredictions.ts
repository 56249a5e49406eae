// What a run's model says of every example of a part: computed in a worker once for a state of the model, kept in the run's folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ExamineJob, ExamineProgress, ExamineResult, Reconstructions } from '../../../contract/jobs.js';
import type { ConfusionReport, ExaminationProgress, PredictedExample } from '../../../contract/services/runs.js';
import { characterAt } from '../../../engine/data/preprocessing.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensor, type Tensor } from '../../../engine/ir/tensor.js';
import { RecentlyUsed } from '../../store/recentlyUsed.js';
import { loadSafetensors, saveSafetensors } from '../../store/safetensorsFile.js';
import type { KeptCheckpoint } from '../../store/checkpointStore.js';
import { runInWorker } from '../launcher.js';
import { readRunSpecification } from '../runSpecification.js';
import { classesOf, readSpecification } from './runDetails.js';
import { chosenCheckpoint, loadForExamination } from './runExamination.js';
import { reconstructionReader } from './runReconstructions.js';
import { SharedWork, type ShareContext } from './sharedWork.js';
import type { WorkbenchPorts } from './ports.js';

export interface PredictionQuery {
  readonly run: string;
  readonly split: string;
  readonly actual?: number | undefined;
  readonly predicted?: number | undefined;
  readonly wrong: boolean;
  readonly order: 'loss' | 'confidence' | 'data';
  readonly from: number;
  readonly count: number;
}

interface Predictions extends ExamineResult {
  /** Of the checkpoint. */
  readonly step: number;
}

type Context = ShareContext<ExaminationProgress>;

const withoutClasses = { value: 'predicts numbers', text: 'predicts text', input: 'reconstructs its input' } as const;

const headSchema = z.object({
  step: z.number(),
  kind: z.enum(['class', 'value', 'text', 'input']),
  width: z.int(),
  topCount: z.int(),
});

/** Results in memory: the last few that were looked at. */
const remembered = 4;

export class RunPredictions {
  private readonly work = new SharedWork<Predictions, ExaminationProgress>();
  private readonly known = new RecentlyUsed<string, Predictions>(remembered);

  constructor(private readonly ports: WorkbenchPorts) {}

  async page(query: PredictionQuery, context: Context) {
    const found = await this.of(query.run, query.split, context);
    const order = chosenExamples(found, query);
    const some = order.slice(query.from, query.from + query.count);
    const describe = await this.describer(query.run, found);
    return { total: order.length, step: found.step, examples: Array.from(some, describe) };
  }

  /** @throws EngineError `run.noClasses` */
  async confusion(run: string, split: string, context: Context): Promise<ConfusionReport> {
    const found = await this.of(run, split, context);
    if (found.kind !== 'class')
      throw new EngineError(
        'run.noClasses',
        `Run '${run}': a confusion matrix needs a target with classes, and this one ${withoutClasses[found.kind]}.`,
      );
    const classes = classesOf(await readSpecification(this.ports.workspace.runFolder(run)));
    return { split, classes, ...confusionOf(found, classes.length) };
  }

  private async of(run: string, split: string, context: Context): Promise<Predictions> {
    const checkpoint = await chosenCheckpoint(this.ports.workspace, run);
    const key = `${run} ${split} ${checkpoint.step}`;
    const known = this.known.get(key) ?? (await this.read(run, split, checkpoint));
    const found = known ?? (await this.work.do(key, context, (shared) => this.compute(run, split, checkpoint, shared)));
    this.known.set(key, found);
    return found;
  }

  /** undefined where there is no file, or one of another state of the model. */
  private async read(run: string, split: string, { step }: KeptCheckpoint): Promise<Predictions | undefined> {
    const file = await loadSafetensors(this.fileOf(run, split)).catch(() => undefined);
    if (!file) return undefined;
    const head = headSchema.safeParse(JSON.parse(file.metadata.predictions ?? 'null')).data;
    if (head?.step !== step) return undefined;
    const column = (name: string): unknown => file.tensors.get(name)!.data;
    return {
      ...head,
      examples: column('examples') as Int32Array,
      actual: column('actual') as Float64Array,
      predicted: column('predicted') as Float64Array,
      loss: column('loss') as Float32Array,
      topClasses: column('topClasses') as Int32Array,
      topScores: column('topScores') as Float32Array,
      reconstructions: head.kind === 'input' ? reconstructionsIn(file.tensors) : null,
    };
  }

  private async compute(
    run: string,
    split: string,
    checkpoint: KeptCheckpoint,
    { signal, progress }: Context,
  ): Promise<Predictions> {
    const { launch, workspace } = this.ports;
    progress({ stage: 'reading', done: 0, total: 0 });
    const [loaded, frame] = await Promise.all([
      loadForExamination(this.ports, run),
      workspace.checkpoints(run).loadKept(checkpoint),
    ]);
    signal.throwIfAborted();
    const job: ExamineJob = { kind: 'examine', ...loaded, checkpoint: frame, split };
    const result = await runInWorker<ExamineProgress, ExamineResult>(launch, {
      entry: 'trained.node',
      job,
      onEvent: (event) => progress({ stage: 'computing', ...event }),
      signal,
    });
    const predictions = { ...result, step: checkpoint.step };
    await this.write(run, split, predictions);
    return predictions;
  }

  private async write(run: string, split: string, found: Predictions): Promise<void> {
    const { step, kind, width, topCount, examples } = found;
    const count = examples.length;
    const tensors = new Map<string, Tensor>([
      ['examples', tensor('int32', [count], examples)],
      ['actual', tensor('float64', [count, width], found.actual)],
      ['predicted', tensor('float64', [count, width], found.predicted)],
      ['loss', tensor('float32', [count], found.loss)],
      ['topClasses', tensor('int32', [count, topCount], found.topClasses)],
      ['topScores', tensor('float32', [count, topCount], found.topScores)],
      ...(found.reconstructions ? reconstructionTensors(found.reconstructions) : []),
    ]);
    const path = this.fileOf(run, split);
    await mkdir(join(path, '..'), { recursive: true });
    const metadata = { predictions: JSON.stringify({ step, kind, width, topCount }) };
    await saveSafetensors(path, { tensors, metadata }, this.ports.workspace.files);
  }

  private fileOf(run: string, split: string): string {
    return join(this.ports.workspace.runFolder(run), 'predictions', `${split}.safetensors`);
  }

  private async describer(run: string, found: Predictions): Promise<(at: number) => PredictedExample> {
    if (found.kind === 'class' || found.kind === 'value') return (at) => describeNumber(found, at);
    const specification = await readRunSpecification(this.ports.workspace, run);
    const { preprocessing } = specification!.trained;
    if (found.reconstructions) {
      const reconstructionAt = reconstructionReader(found.reconstructions, preprocessing);
      return (at) => ({ ...describeNumber(found, at), actual: null, reconstruction: reconstructionAt(at) });
    }
    const { target } = preprocessing;
    const vocabulary = target.kind === 'nextCharacters' ? target.vocabulary : [];
    return (at) => describeText(found, at, vocabulary);
  }
}

function reconstructionTensors({ places, inputs, outputs }: Reconstructions): [string, Tensor][] {
  const values = (all: Reconstructions['inputs']): Tensor =>
    tensor(all instanceof Uint8Array ? 'uint8' : 'float32', [all.length], all);
  return [
    ['places', tensor('int32', [places.length], places)],
    ['inputs', values(inputs)],
    ['outputs', values(outputs)],
  ];
}

function reconstructionsIn(tensors: ReadonlyMap<string, Tensor>): Reconstructions {
  const [places, inputs, outputs] = ['places', 'inputs', 'outputs'].map((name) => tensors.get(name)!.data);
  return {
    places: places as Int32Array,
    inputs: inputs as Reconstructions['inputs'],
    outputs: outputs as Reconstructions['inputs'],
  };
}

/** Places in the result, filtered and in order. */
export function chosenExamples(
  found: Omit<ExamineResult, 'reconstructions'>,
  query: Omit<PredictionQuery, 'run' | 'split' | 'from' | 'count'>,
): Int32Array {
  const { kind, actual, predicted, loss, topScores, topCount } = found;
  const isClass = kind === 'class';
  const places = Int32Array.from(loss.keys()).filter(
    (at) =>
      !isClass ||
      ((query.actual === undefined || actual[at] === query.actual) &&
        (query.predicted === undefined || (predicted[at] === query.predicted && !isBroken(found, at))) &&
        (!query.wrong || actual[at] !== predicted[at] || isBroken(found, at))),
  );
  // A loss that is not a number is the worst of all.
  const badness = (at: number): number => (Number.isNaN(loss[at]) ? Infinity : loss[at]!);
  if (query.order === 'loss') places.sort((one, other) => badness(other) - badness(one) || one - other);
  if (query.order === 'confidence' && isClass)
    places.sort((one, other) => topScores[other * topCount]! - topScores[one * topCount]! || one - other);
  return places;
}

/** Rows are true classes, columns predicted ones; what is not a number is counted apart. */
export function confusionOf(
  found: Pick<ExamineResult, 'actual' | 'predicted' | 'topScores' | 'topCount'>,
  classes: number,
): Pick<ConfusionReport, 'counts' | 'broken'> {
  const { actual, predicted } = found;
  const counts = new Int32Array(classes * classes);
  let broken = 0;
  for (let at = 0; at < actual.length; at++)
    if (isBroken(found, at)) broken++;
    else counts[actual[at]! * classes + predicted[at]!]!++;
  return { counts, broken };
}

/** The greatest of outputs that are not numbers is the first: it says nothing. */
function isBroken({ topScores, topCount }: Pick<ExamineResult, 'topScores' | 'topCount'>, at: number): boolean {
  return Number.isNaN(topScores[at * topCount]);
}

function describeNumber(found: Predictions, at: number): PredictedExample {
  const { topCount, topClasses, topScores } = found;
  const likeliest = Array.from({ length: topCount }, (_, rank) => ({
    class: topClasses[at * topCount + rank]!,
    probability: topScores[at * topCount + rank]!,
  }));
  return {
    example: found.examples[at]!,
    actual: found.actual[at]!,
    predicted: found.predicted[at]!,
    confidence: likeliest[0]?.probability ?? null,
    loss: found.loss[at]!,
    likeliest,
    reconstruction: null,
  };
}

function describeText(found: Predictions, at: number, vocabulary: readonly string[]): PredictedExample {
  const text = (codes: Float64Array): string =>
    Array.from(codes.subarray(at * found.width, (at + 1) * found.width), (code) => characterAt(vocabulary, code)).join(
      '',
    );
  return {
    example: found.examples[at]!,
    actual: text(found.actual),
    predicted: text(found.predicted),
    confidence: null,
    loss: found.loss[at]!,
    likeliest: [],
    reconstruction: null,
  };
}
