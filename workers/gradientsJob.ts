// Gradients of the loss on one fixed batch of training examples, at the weights of each checkpoint: one backward pass each.
import type { GradientsJob, GradientsResult } from '../contract/jobs.js';
import { BatchPlan, BatchReader } from '../engine/data/batches.js';
import { applyPreprocessing } from '../engine/data/exampleSet.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { Tensor } from '../engine/ir/tensor.js';
import { gradientPhaseOf, gradientResult } from '../engine/training/examination.js';
import { countInto, sharedEdges } from '../engine/training/histogram.js';
import type { TrainingData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import type { JobChannel } from './jobChannel.js';
import { openPhase, weightsOf } from './trainedModel.js';

/** @throws EngineError `call.cancelled` when it was asked to stop */
export async function runGradients(
  job: GradientsJob,
  backend: Backend,
  options: SessionOptions,
  { send, stopped }: Pick<JobChannel, 'send' | 'stopped'>,
): Promise<GradientsResult> {
  const data = job.data as TrainingData;
  const { seed } = job.request;
  const plan = new BatchPlan({ examples: data.split.train, batchSize: data.settings.batch, seed, shuffle: true });
  const { tensors } = new BatchReader(applyPreprocessing(data.dataSet, data.preprocessing), plan).next();
  const found: Readonly<Record<string, Tensor>>[] = [];
  for (const [index, checkpoint] of job.checkpoints.entries()) {
    if (stopped()) throw new EngineError('call.cancelled', 'Gradients: the computation was cancelled.');
    // Masks and noise of the first step each time, so that the gradients differ by the weights alone.
    const runner = await openPhase(gradientPhaseOf(data), weightsOf(checkpoint, false), backend, options);
    const results = await runner.run(tensors, { step: 1, learningRate: 0, seed });
    found.push(Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, copyOf(tensor)])));
    await runner.dispose();
    await send({ done: index + 1, total: job.checkpoints.length });
  }
  const names = Object.keys(found[0] ?? {}).filter((name) => name.startsWith(gradientResult('')));
  return {
    steps: Float64Array.from(job.checkpoints, ({ step }) => step),
    tensors: names.map((name) => histogramOf(name, found, job.bins)),
  };
}

/** The session may write its outputs to the same memory again. */
function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() };
}

function histogramOf(
  name: string,
  found: readonly Readonly<Record<string, Tensor>>[],
  bins: number,
): GradientsResult['tensors'][number] {
  // Gradients are float32, whatever the passes compute in.
  const tensors = found.map((results) => results[name]!.data as Float32Array);
  const edges = sharedEdges(tensors, bins);
  const counts = new Float64Array(tensors.length * bins);
  tensors.forEach((tensor, index) => counts.set(countInto(tensor, edges), index * bins));
  return { name: name.slice(gradientResult('').length), edges, counts };
}
