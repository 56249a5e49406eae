// Exports a trained model: encodes it, loads the bytes in a fresh session and compares it on held-out examples.
import type { ExportJob, ExportResult } from '../contract/jobs.js';
import { BatchPlan, BatchReader } from '../engine/data/batches.js';
import { applyPreprocessing, gatherTensors, type ExampleSet } from '../engine/data/exampleSet.js';
import { restoreValue } from '../engine/data/preprocessing.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { elements } from '../engine/ir/tensor.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { exampleTypesOf } from '../engine/training/exampleTypes.js';
import { exportGraph } from '../engine/training/exportModel.js';
import { forwardModelOf } from '../engine/training/forwardModel.js';
import { rawInputs } from '../engine/training/rawInputs.js';
import { splitNames, type TrainingData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import type { PhaseRunner } from './phaseRunner.js';
import { evaluationBatch, openModel } from './trainedModel.js';

/** Held-out examples that the file must agree on. */
const comparedExamples = 64;
/** Largest accepted difference, relative to 1 + |expected|: the file runs the same float32 operators. */
const tolerance = 1e-4;

export async function runExport(job: ExportJob, backend: Backend, options: SessionOptions): Promise<ExportResult> {
  const data = job.data as TrainingData;
  const { preprocessing } = data;
  const examples = applyPreprocessing(data.dataSet, preprocessing);
  const { runner, weights } = await openModel(data, job.checkpoint, backend, options);
  const inside = job.preprocessing ? preprocessing : undefined;
  const { inputs } = exampleTypesOf(preprocessing);
  const graph = exportGraph({ model: forwardModelOf(data), weights, inputs, preprocessing: inside });
  const bytes = encodeModel(graph, { metadata: metadataOf(job, data) });
  const sample = heldOut(data);
  const expected = await evaluationOutput(runner, examples, sample);
  await runner.dispose();
  const session = await backend.open(bytes, options);
  const given = inside
    ? rawInputs(data.dataSet, preprocessing, examples, sample)
    : gatherTensors(examples.inputs, sample);
  const output = elements((await session.run(given)).output!);
  await session.dispose();
  const wanted = inside ? expected.map((value) => restoreValue(preprocessing.target, value)) : expected;
  const largestDifference = largest(output, wanted);
  if (!(largestDifference <= tolerance))
    throw new EngineError(
      'export.differs',
      `Export of '${job.run}': the reloaded file must agree with the run to ${tolerance}, differs by ${largestDifference}`,
    );
  return { bytes, comparedExamples: sample.length, largestDifference };
}

/** Of the test part, else of the validation part, else of training. */
function heldOut({ split }: TrainingData): Int32Array {
  const parts = [...splitNames].reverse().map((name) => split[name]);
  return parts.find((part) => part.length > 0)!.slice(0, comparedExamples);
}

async function evaluationOutput(runner: PhaseRunner, examples: ExampleSet, sample: Int32Array): Promise<number[]> {
  const plan = new BatchPlan({ examples: sample, batchSize: evaluationBatch, seed: 0, shuffle: false });
  const batch = new BatchReader(examples, plan).next();
  const { prediction } = await runner.run(batch.tensors, { step: 1, learningRate: 0, seed: 0 });
  const size = prediction!.data.length / evaluationBatch;
  return elements(prediction!).slice(0, size * batch.filled);
}

/** NaN where anything is missing or not a number. */
function largest(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return NaN;
  return expected.reduce((most, value, index) => {
    const difference = Math.abs(value - found[index]!) / (1 + Math.abs(value));
    return Number.isNaN(difference) ? NaN : Math.max(most, difference);
  }, 0);
}

function metadataOf(job: ExportJob, data: TrainingData): Record<string, string> {
  const { target } = data.preprocessing;
  return {
    'descent.version': '1',
    'descent.run': job.run,
    'descent.data': data.dataSet.name,
    'descent.dataHash': data.dataSet.hash,
    'descent.metrics': JSON.stringify(job.metrics),
    'descent.preprocessing': JSON.stringify(data.preprocessing),
    ...(data.spec && { 'descent.spec': JSON.stringify(data.spec) }),
    ...(target.kind === 'class' && { labels: JSON.stringify(target.classes) }),
  };
}
