// The jobs of workers other than training: what each gets, tells and returns.
import type { Metrics } from './run.js';
import type { CheckpointFrame } from './tensorFrame.js';
import type { TrainRequest } from './training.js';

/** A trained model: how it was trained, the data as prepared for that, and its state. */
interface TrainedModel {
  readonly request: TrainRequest;
  readonly data: unknown;
  readonly checkpoint: CheckpointFrame;
}

export interface EvaluateJob extends TrainedModel {
  readonly kind: 'evaluate';
  readonly splits: readonly string[];
}
/** `<split>_<metric>`. */
export type EvaluateResult = Metrics;

export interface PredictJob extends TrainedModel {
  readonly kind: 'predict';
  /** What the data service read from the user's input. */
  readonly rows: readonly NamedRow[];
}
/** An example to predict: values by the data's column names, as they were before preparation. */
export interface NamedRow {
  readonly name: string;
  readonly row: Readonly<Record<string, string | number | null | undefined | ArrayLike<number>>>;
}
/** One an example. `label` is a class name or a number; `scores` the probabilities of a classifier. */
export interface Prediction {
  readonly input: string;
  readonly label: string | number;
  readonly scores: Readonly<Record<string, number>> | null;
}

export interface ExportJob extends TrainedModel {
  readonly kind: 'export';
  readonly run: string;
  /** Preprocessing as graph nodes. */
  readonly preprocessing: boolean;
  readonly metrics: Metrics;
}
export interface ExportResult {
  readonly bytes: Uint8Array;
  /** Held-out examples on which the reloaded file was compared, and the largest difference found. */
  readonly comparedExamples: number;
  readonly largestDifference: number;
}

export interface CheckGradientsJob {
  readonly kind: 'checkGradients';
  /** Only this operator. */
  readonly op: string | null;
  readonly backend: 'native' | 'wasm' | 'webgpu';
}
export interface GradientCheck {
  readonly op: string;
  readonly case: string;
  readonly input: string;
  /** Largest relative error against central differences. */
  readonly error: number;
  readonly pass: boolean;
}
export interface CheckGradientsResult {
  readonly checked: number;
  readonly failed: number;
}

export interface BenchJob {
  readonly kind: 'bench';
  readonly models: readonly string[];
  readonly backends: readonly ('native' | 'wasm')[];
  /** How long each model is timed. */
  readonly seconds: number;
  /** Computing threads; default: the physical cores. */
  readonly threads: number | null;
}
/** One timed step; `gflops` is the rate and `share` that of the machine's MatMul 1024³ rate. */
export interface BenchMeasure {
  readonly model: string;
  readonly backend: string;
  readonly milliseconds: number;
  /** Processor time of one step, over all threads: with one thread, hardly touched by other work on the machine. */
  readonly cpuMilliseconds: number;
  readonly gflops: number;
  readonly share: number;
  /** Of the process that measured, up to then. */
  readonly peakBytes: number;
}

export interface DevicesJob {
  readonly kind: 'devices';
}
export type AdapterKind = 'discrete' | 'integrated' | 'software' | 'unknown';
/** A GPU as WebGPU shows it. */
export interface AdapterReport {
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
  readonly kind: AdapterKind;
  /** By WebGPU's names, sorted. */
  readonly features: readonly string[];
  /** By WebGPU's names. */
  readonly limits: Readonly<Record<string, number>>;
}
/** What computes on the processor. */
export interface CpuReport {
  readonly backend: 'native' | 'wasm';
  /** Used when a command does not say how many. */
  readonly threads: number;
  /** Why it does not work here, or null. */
  readonly reason: string | null;
}
/** The processor's come first: looking for GPUs wakes drivers, which may crash. */
export type DeviceEvent =
  { readonly type: 'cpu'; readonly cpu: CpuReport } | { readonly type: 'adapter'; readonly adapter: AdapterReport };
export interface DevicesResult {
  /** Why there is no GPU to use, and what to do about it; null where there is one. */
  readonly reason: string | null;
}
