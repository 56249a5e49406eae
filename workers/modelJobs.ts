// What can be asked of a trained model: evaluation, predictions, an exported file.
import type { EvaluateJob, EvaluateResult, ExportJob, ExportResult, PredictJob, Prediction } from '../contract/jobs.js';
import { BatchPlan, BatchReader } from '../engine/data/batches.js';
import { encodeExamples } from '../engine/data/encodeExamples.js';
import { applyPreprocessing, gatherTensors, type ExampleSet } from '../engine/data/exampleSet.js';
import { restoreValue, type TargetTransform } from '../engine/data/preprocessing.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { element, elements, zeros, type Tensor } from '../engine/ir/tensor.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { forwardModelOf } from '../engine/training/forwardModel.js';
import { exportGraph } from '../engine/training/exportModel.js';
import { splitNames, type SplitName, type TrainingData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import { evaluate } from './evaluator.js';
import { exampleTypes, evaluationBatch, openModel } from './trainedModel.js';

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
  const data = job.data as TrainingData;
  const { rows } = job;
  const known = applyPreprocessing(data.dataSet, data.preprocessing);
  const { runner } = await openModel(data, job.checkpoint, backend, options);
  const predictions: Prediction[] = [];
  for (let first = 0; first < rows.length; first += evaluationBatch) {
    const some = rows.slice(first, first + evaluationBatch);
    const filled = Array.from({ length: evaluationBatch }, (_, index) => some[index % some.length]!.row);
    const batch = { ...encodeExamples(data.preprocessing, filled), ...withoutTargets(known) };
    const { prediction } = await runner.run(batch, { step: 1, learningRate: 0, seed: 0 });
    some.forEach(({ name }, row) =>
      predictions.push(describe(name, rowOf(prediction!, row), data.preprocessing.target)),
    );
  }
  await runner.dispose();
  return predictions;
}

/** Targets and weights of zero, so that the evaluation phase can run on examples whose targets are not known. */
function withoutTargets({ target }: ExampleSet): Record<string, Tensor> {
  return {
    target: zeros(target.dtype, [evaluationBatch, ...target.shape]),
    weights: zeros('float32', [evaluationBatch]),
  };
}

function rowOf(prediction: Tensor, row: number): number[] {
  const size = prediction.data.length / prediction.shape[0]!;
  return Array.from({ length: size }, (_, index) => element(prediction, row * size + index));
}

function describe(input: string, row: readonly number[], target: TargetTransform): Prediction {
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

/** Held-out examples that an exported file must agree on. */
const comparedExamples = 64;
/** Largest accepted difference, relative to 1 + |expected|: the file runs the same float32 operators. */
const tolerance = 1e-4;

export async function runExport(job: ExportJob, backend: Backend, options: SessionOptions): Promise<ExportResult> {
  const data = job.data as TrainingData;
  const examples = applyPreprocessing(data.dataSet, data.preprocessing);
  const { runner, weights } = await openModel(data, job.checkpoint, backend, options);
  const { inputs } = exampleTypes(examples);
  const graph = exportGraph({
    model: forwardModelOf(data),
    weights,
    inputs,
    preprocessing: job.preprocessing ? data.preprocessing : undefined,
  });
  const bytes = encodeModel(graph, { metadata: metadataOf(job, data) });
  const held = [...splitNames]
    .reverse()
    .map((name) => data.split[name])
    .find((part) => part.length > 0)!;
  const sample = held.slice(0, comparedExamples);
  const plain = job.preprocessing
    ? encodeModel(exportGraph({ model: forwardModelOf(data), weights, inputs }), {})
    : bytes;
  const session = await backend.open(plain, options);
  const given = gatherTensors(examples.inputs, sample);
  const output = (await session.run(given)).output!;
  const expected = await evaluationOutput(runner, examples, sample);
  await session.dispose();
  // With preprocessing inside, the file must also load by itself.
  if (job.preprocessing) await (await backend.open(bytes, options)).dispose();
  await runner.dispose();
  const largestDifference = largest(elements(output), expected);
  if (!(largestDifference <= tolerance))
    throw new EngineError(
      'export.differs',
      `Export of '${job.run}': the reloaded file must agree with the run to ${tolerance}, differs by ${largestDifference}`,
    );
  return { bytes, comparedExamples: sample.length, largestDifference };
}

async function evaluationOutput(
  runner: Awaited<ReturnType<typeof openModel>>['runner'],
  examples: ReturnType<typeof applyPreprocessing>,
  sample: Int32Array,
): Promise<number[]> {
  const plan = new BatchPlan({ examples: sample, batchSize: evaluationBatch, seed: 0, shuffle: false });
  const batch = new BatchReader(examples, plan).next();
  const { prediction } = await runner.run(batch.tensors, { step: 1, learningRate: 0, seed: 0 });
  const size = prediction!.data.length / evaluationBatch;
  return elements(prediction!).slice(0, size * batch.filled);
}

function largest(found: readonly number[], expected: readonly number[]): number {
  return expected.reduce((most, value, index) => {
    const difference = Math.abs(value - (found[index] ?? NaN)) / (1 + Math.abs(value));
    return Number.isNaN(difference) ? NaN : Math.max(most, difference);
  }, 0);
}

function metadataOf(job: ExportJob, data: TrainingData): Record<string, string> {
  const { target } = data.preprocessing;
  return {
    'descent.run': job.run,
    'descent.data': data.dataSet.name,
    'descent.dataHash': data.dataSet.hash,
    'descent.metrics': JSON.stringify(job.metrics),
    'descent.preprocessing': JSON.stringify(data.preprocessing),
    ...(data.spec && { 'descent.spec': JSON.stringify(data.spec) }),
    ...(target.kind === 'class' && { labels: JSON.stringify(target.classes) }),
  };
}
