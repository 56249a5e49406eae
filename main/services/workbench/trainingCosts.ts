// Memory and time of a training, from what is known before it starts.
import type { TrainingCosts } from '../../../contract/jobs.js';
import type { MemoryParts } from '../../../contract/services/training.js';
import type { StepTime } from '../../store/stepTimes.js';

const mebibyte = 2 ** 20;

/** A worker process with its library, as measured on an empty training. */
const runtimeBytes: Readonly<Record<string, number>> = {
  native: 150 * mebibyte,
  wasm: 200 * mebibyte,
  webgpu: 250 * mebibyte,
};

/**
 * What onnxruntime's arena takes on the processor for each byte that is alive between nodes: it grows in powers of two, and
 * convolutions lay their inputs out anew. Measured 1.4 (dense layers) to 6 (convolutions); this keeps estimates within a factor
 * of two.
 */
const arenaFactor = 3;

export interface DataBytes {
  /** The data set in memory. */
  readonly bytes: number;
  /** Numbers that are computed from it beforehand. */
  readonly featureBytes: number;
}

/**
 * Peak memory by part. On the processor a step reads one copy of the state and writes another, and a checkpoint is a third; on a
 * GPU it is written in place, and read back for a checkpoint. The process that trains gets the data as a message, once
 * more as bytes.
 */
export function memoryOf(costs: TrainingCosts, backend: string, data: DataBytes): MemoryParts {
  const copies = backend === 'webgpu' ? 2 : 3;
  const parts = {
    parameters: copies * costs.parameterBytes,
    optimizer: copies * costs.optimizerBytes,
    activations: (backend === 'webgpu' ? 1 : arenaFactor) * Math.max(costs.stepBytes, costs.evaluationBytes),
    data: 2 * data.bytes + data.featureBytes,
    runtime: runtimeBytes[backend] ?? runtimeBytes.native!,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

export interface Course {
  readonly totalSteps: number;
  readonly trainExamples: number;
  readonly validationExamples: number;
}

/** An evaluation is the forward pass: about a third of the work of a training step an example. */
export function secondsOf(milliseconds: number, { totalSteps, trainExamples, validationExamples }: Course): number {
  return (totalSteps * milliseconds * (1 + validationExamples / (3 * trainExamples))) / 1000;
}

/** No step is shorter, however little it computes. */
const shortestStep = 0.3;

/** The time of a small step is mostly that of calls: it says nothing of one with more than so many times its work. */
const farthest = 10;

/** The time of a step from that of another one, as if both ran at the same rate; undefined where that would mislead. */
export function scaledStep({ milliseconds, flops }: StepTime, wanted: number): number | undefined {
  const times = wanted / Math.max(1, flops);
  return times > farthest ? undefined : Math.max(shortestStep, milliseconds * times);
}
