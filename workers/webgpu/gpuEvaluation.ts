// Evaluates a part of the data on the GPU: chunks of batches, each read at once, added up in float64 as on the processor.
import { BatchBuffers, BatchPlan } from '../../engine/data/batches.js';
import type { ExampleSet } from '../../engine/data/exampleSet.js';
import { sizeOf } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import type { TrainSettings } from '../../engine/training/settings.js';
import { batchesHere } from '../batchSource.js';
import { evaluationClock, EvaluationSums, type Evaluation } from '../evaluator.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { ChunkPace } from './chunkPace.js';
import type { ChunkResults } from './chunkReader.js';
import type { OpenDevice } from './device.js';
import { GatheredBatches, StreamedBatches } from './gpuBatches.js';
import type { GpuPhase } from './gpuPhase.js';
import type { StepBatches } from './gpuSteps.js';

export interface GpuEvaluationOptions {
  readonly opened: OpenDevice;
  readonly phase: GpuPhase;
  readonly data: Pick<TrainingData, 'dataSet' | 'preprocessing'>;
  readonly examples: ExampleSet;
  readonly settings: TrainSettings;
  readonly batchSize: number;
  /** Whether the phase gathers its batches. */
  readonly gathered: boolean;
}

/** The names of the results that evaluation reads. */
export function wantedResults(results: readonly string[], settings: TrainSettings): string[] {
  const { collects } = new EvaluationSums(settings);
  return results.filter((name) => collects || name !== 'prediction');
}

export async function evaluateOnGpu(options: GpuEvaluationOptions, part: Int32Array): Promise<Evaluation> {
  const { phase, examples, settings, batchSize } = options;
  const plan = new BatchPlan({ examples: part, batchSize, seed: 0, shuffle: false });
  const buffers = new BatchBuffers(examples, plan);
  const sums = new EvaluationSums(settings);
  const pace = new ChunkPace(phase.capacity);
  const batches = await batchesOf(options, plan);
  try {
    for (let done = 0; done < plan.stepsPerEpoch;) {
      const start = performance.now();
      const { positions, encodeBatch } = await batches.prepare(done, Math.min(pace.steps, plan.stepsPerEpoch - done));
      const clocks = positions.map(() => evaluationClock);
      const results = await (await phase.submit(clocks, positions, encodeBatch)).read();
      pace.note(positions.length, performance.now() - start);
      positions.forEach(({ filled }, row) => {
        const step = done + row;
        sums.add(tensorsIn(phase, results, row), filled, () => buffers.fill(0, step).tensors);
      });
      done += positions.length;
    }
  } finally {
    if (batches instanceof StreamedBatches) batches.dispose();
  }
  return sums.finish();
}

async function batchesOf(
  { opened, phase, data, examples, gathered }: GpuEvaluationOptions,
  plan: BatchPlan,
): Promise<StepBatches> {
  if (gathered) return new GatheredBatches(phase, plan);
  const source = batchesHere({ data, examples, plan, step: 0, random: [], seed: 0 });
  return StreamedBatches.create(opened, phase, source);
}

/** The results of one step by name. */
function tensorsIn({ layout }: GpuPhase, { rows }: ChunkResults, row: number): Record<string, Tensor> {
  const start = row * layout.resultElements;
  return Object.fromEntries(
    layout.results.map(({ name, shape, offset }) => {
      const data = rows.subarray(start + offset, start + offset + sizeOf(shape));
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}
