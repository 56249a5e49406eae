// Runs a trained model over a part of its data and keeps what it said of every example, beside what was true.
import type { ExamineJob, ExamineProgress, ExamineResult } from '../contract/jobs.js';
import { BatchPlan, BatchReader } from '../engine/data/batches.js';
import { applyPreprocessing, targetName } from '../engine/data/exampleSet.js';
import { restoreValue, type Preprocessing, type TargetTransform } from '../engine/data/preprocessing.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { elements } from '../engine/ir/tensor.js';
import { examinePhaseOf } from '../engine/training/examination.js';
import { splitNames, type SplitName, type TrainingData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import { breathe } from './breathe.js';
import { evaluationClock } from './evaluator.js';
import { ReconstructionKeeper } from './examineReconstruction.js';
import type { JobChannel } from './jobChannel.js';
import { evaluationBatch, openPhase, weightsOf } from './trainedModel.js';

const kinds: Readonly<Record<TargetTransform['kind'], ExamineResult['kind']>> = {
  class: 'class',
  value: 'value',
  nextCharacters: 'text',
  input: 'input',
};

/** Classes that are kept of each example. */
const keptClasses = 3;

/** @throws EngineError `usage.split`, `call.cancelled` when it was asked to stop */
export async function runExamine(
  job: ExamineJob,
  backend: Backend,
  options: SessionOptions,
  { send, stopped }: Pick<JobChannel, 'send' | 'stopped'>,
): Promise<ExamineResult> {
  const data = job.data as TrainingData;
  const part = partOf(data, job.split);
  const examples = applyPreprocessing(data.dataSet, data.preprocessing);
  const findings = findingsFor(data.preprocessing, part);
  if (part.length === 0) return findings.finish();
  const weights = weightsOf(job.checkpoint, data.settings.average !== undefined);
  const runner = await openPhase(examinePhaseOf(data, evaluationBatch), weights, backend, options);
  const plan = new BatchPlan({ examples: part, batchSize: evaluationBatch, seed: 0, shuffle: false });
  const reader = new BatchReader(examples, plan);
  for (let step = 0; step < plan.stepsPerEpoch; step++) {
    if (stopped()) throw new EngineError('call.cancelled', 'Predictions: the computation was cancelled.');
    const { tensors, filled } = reader.next();
    const { prediction, losses } = await runner.run(tensors, evaluationClock);
    findings.add({
      first: step * evaluationBatch,
      filled,
      prediction: elements(prediction!),
      losses: elements(losses!),
      targets: elements(tensors[targetName]!),
    });
    await send({
      done: Math.min(part.length, (step + 1) * evaluationBatch),
      total: part.length,
    } satisfies ExamineProgress);
    await breathe();
  }
  await runner.dispose();
  return findings.finish();
}

function partOf({ split }: TrainingData, name: string): Int32Array {
  if ((splitNames as readonly string[]).includes(name)) return split[name as SplitName];
  throw new EngineError('usage.split', `Predictions: split must be one of ${splitNames.join(', ')}, got '${name}'`);
}

interface ExaminedBatch {
  /** Its place in the part. */
  readonly first: number;
  readonly filled: number;
  readonly prediction: ArrayLike<number>;
  readonly losses: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
}

interface Findings {
  add(batch: ExaminedBatch): void;
  finish(): ExamineResult;
}

function findingsFor(preprocessing: Preprocessing, examples: Int32Array): Findings {
  const { target } = preprocessing;
  const width = target.kind === 'nextCharacters' ? target.length : 1;
  const topCount = target.kind === 'class' ? Math.min(keptClasses, Math.max(2, target.classes.length)) : 0;
  const result: ExamineResult = {
    kind: kinds[target.kind],
    width,
    examples,
    actual: new Float64Array(examples.length * width),
    predicted: new Float64Array(examples.length * width),
    loss: new Float32Array(examples.length),
    topCount,
    topClasses: new Int32Array(examples.length * topCount),
    topScores: new Float32Array(examples.length * topCount),
    reconstructions: null,
  };
  const keeper = target.kind === 'input' ? new ReconstructionKeeper(preprocessing) : undefined;
  const add = (batch: ExaminedBatch): void => {
    const size = batch.losses.length;
    const perExample = batch.prediction.length / size;
    for (let row = 0; row < batch.filled; row++) {
      const at = batch.first + row;
      result.loss[at] = batch.losses[row]!;
      if (keeper) {
        result.predicted[at] = keeper.add(at, row, batch.targets, batch.prediction);
        continue;
      }
      const output = Array.from({ length: perExample }, (_, index) => batch.prediction[row * perExample + index]!);
      if (target.kind === 'class') addClass(result, at, output, batch.targets[row]!);
      else if (target.kind === 'value') {
        result.predicted[at] = restoreValue(target, output[0]!);
        result.actual[at] = restoreValue(target, batch.targets[row]!);
      } else addText(result, at, output, (place) => batch.targets[row * width + place]!);
    }
  };
  return { add, finish: () => (keeper ? { ...result, reconstructions: keeper.finish() } : result) };
}

function addClass(result: ExamineResult, at: number, output: readonly number[], actual: number): void {
  const scores = probabilitiesOf(output);
  const order = scores.map((_, index) => index).sort((one, other) => scores[other]! - scores[one]! || one - other);
  result.actual[at] = actual;
  result.predicted[at] = order[0]!;
  for (let rank = 0; rank < result.topCount; rank++) {
    result.topClasses[at * result.topCount + rank] = order[rank] ?? -1;
    result.topScores[at * result.topCount + rank] = scores[order[rank] ?? -1] ?? 0;
  }
}

/** Softmax of the outputs, which also leaves log-probabilities as they are; one output alone is the logit of the second class. */
function probabilitiesOf(output: readonly number[]): number[] {
  if (output.length === 1) {
    const second = 1 / (1 + Math.exp(-output[0]!));
    return [1 - second, second];
  }
  const highest = Math.max(...output);
  const powers = output.map((value) => Math.exp(value - highest));
  const total = powers.reduce((sum, power) => sum + power);
  return powers.map((power) => power / total);
}

/** The likeliest character at each place; padding and unknown are never predicted. */
function addText(
  result: ExamineResult,
  at: number,
  output: readonly number[],
  targetAt: (place: number) => number,
): void {
  const levels = output.length / result.width;
  for (let place = 0; place < result.width; place++) {
    let best = 2;
    for (let level = 3; level < levels; level++)
      if (output[place * levels + level]! > output[place * levels + best]!) best = level;
    result.predicted[at * result.width + place] = best;
    result.actual[at * result.width + place] = targetAt(place);
  }
}
