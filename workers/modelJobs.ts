// What can be asked of a trained model: evaluation and predictions.
import type { EvaluateJob, EvaluateResult, PredictJob, Prediction } from '../contract/jobs.js';
import { encodeExamples } from '../engine/data/encodeExamples.js';
import { applyPreprocessing } from '../engine/data/exampleSet.js';
import { restoreValue, type Preprocessing } from '../engine/data/preprocessing.js';
import { columnValues } from '../engine/data/reconstructedColumns.js';
import { reconstructed } from '../engine/data/reconstruction.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { element, zeros, type Tensor } from '../engine/ir/tensor.js';
import { exampleTypesOf } from '../engine/training/exampleTypes.js';
import { splitNames, type SplitName, type TrainedData, type TrainingData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import { evaluate } from './evaluator.js';
import { evaluationBatch, openModel } from './trainedModel.js';

export async function runEvaluate(
  job: EvaluateJob,
  backend: Backend,
  options: SessionOptions,
): Promise<EvaluateResult> {
  const data = job.data as TrainingData;
  const examples = applyPreprocessing(data.dataSet, data.preprocessing);
  const { runner } = await openModel(data, job.checkpoint, backend, options);
  const result: Record<string, number> = {};
  for (const split of job.splits) {
    if (!(splitNames as readonly string[]).includes(split))
      throw new EngineError('usage.split', `Evaluation: split must be one of ${splitNames.join(', ')}, got '${split}'`);
    const part = data.split[split as SplitName];
    if (part.length === 0) continue;
    const { metrics } = await evaluate(runner, examples, part, { settings: data.settings, batchSize: evaluationBatch });
    for (const [name, value] of Object.entries(metrics)) result[`${split}_${name}`] = value;
  }
  await runner.dispose();
  return result;
}

export async function runPredict(job: PredictJob, backend: Backend, options: SessionOptions): Promise<Prediction[]> {
  const data = job.data as TrainedData;
  const { rows } = job;
  const { preprocessing } = data;
  const { runner } = await openModel(data, job.checkpoint, backend, options);
  const predictions: Prediction[] = [];
  for (let first = 0; first < rows.length; first += evaluationBatch) {
    const some = rows.slice(first, first + evaluationBatch);
    const filled = Array.from({ length: evaluationBatch }, (_, index) => some[index % some.length]!.row);
    const batch: Record<string, Tensor> = {
      ...encodeExamples(preprocessing, filled),
      ...withoutTargets(preprocessing),
    };
    const { prediction } = await runner.run(batch, { step: 1, learningRate: 0, seed: 0 });
    some.forEach(({ name }, row) =>
      predictions.push(
        describe(name, rowOf(prediction!, row), { preprocessing, given: (input) => rowOf(batch[input]!, row) }),
      ),
    );
  }
  await runner.dispose();
  return predictions;
}

/** Targets and weights of zero, so that the evaluation phase can run on examples whose targets are not known. */
function withoutTargets(preprocessing: Preprocessing): Record<string, Tensor> {
  const { target } = exampleTypesOf(preprocessing);
  return {
    target: zeros(target.dtype, [evaluationBatch, ...target.shape]),
    weights: zeros('float32', [evaluationBatch]),
  };
}

function rowOf(prediction: Tensor, row: number): number[] {
  const size = prediction.data.length / prediction.shape[0]!;
  return Array.from({ length: size }, (_, index) => element(prediction, row * size + index));
}

interface Asked {
  readonly preprocessing: Preprocessing;
  /** An input of the same example, prepared. */
  readonly given: (input: string) => readonly number[];
}

function describe(input: string, row: readonly number[], { preprocessing, given }: Asked): Prediction {
  const { target, inputs } = preprocessing;
  if (target.kind === 'input') {
    const { error, values } = reconstructed(target, given(target.input), row);
    const [transform] = inputs;
    const columns = transform?.kind === 'features' ? transform.features : undefined;
    const made = columns ? columnValues(columns, values) : undefined;
    const named = made && Object.fromEntries(made.map((value, index) => [columns![index]!.column, value]));
    return { input, label: error, scores: null, reconstruction: named ?? values };
  }
  if (target.kind === 'value') return { input, label: restoreValue(target, row[0]!), scores: null };
  if (target.kind === 'nextCharacters') {
    const width = target.vocabulary.length + 2;
    const last = row.slice(-width);
    return { input, label: target.vocabulary[last.indexOf(Math.max(...last.slice(2))) - 2] ?? '', scores: null };
  }
  const highest = Math.max(...row);
  const powers = row.map((logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, power) => sum + power);
  const scores = Object.fromEntries(target.classes.map((label, index) => [label, powers[index]! / total]));
  return { input, label: target.classes[row.indexOf(highest)]!, scores };
}
