// The jobs of workers other than training: what each gets, tells and returns.
import type { Fault } from './fault.js';
import type { Metrics } from './run.js';
import type { CheckpointFrame } from './tensorFrame.js';
import type { OnnxGraphView } from './services/models.js';
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
/** What a trained model says of every example of a part of its data. */
export interface ExamineJob extends TrainedModel {
  readonly kind: 'examine';
  readonly split: string;
}
export interface ExamineProgress {
  readonly done: number;
  readonly total: number;
}
/** Columns, one entry an example unless said otherwise. */
export interface ExamineResult {
  /**
   * `class`: numbers of classes; `value`: in the target's unit; `text`: `width` indices of characters an example; `input`:
   * `predicted` is how far the reconstruction is from the input (root of the mean squared difference), and nothing is `actual`.
   */
  readonly kind: 'class' | 'value' | 'text' | 'input';
  readonly width: number;
  /** Numbers of the examples in the data set, in its order. */
  readonly examples: Int32Array;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly loss: Float32Array;
  /** The likeliest classes of each example, `topCount` of them, and their probabilities; empty without classes. */
  readonly topCount: number;
  readonly topClasses: Int32Array;
  readonly topScores: Float32Array;
  /** null where something else than the input is predicted. */
  readonly reconstructions: Reconstructions | null;
}
/** Inputs and what a model made of them, row by row in the data's own unit: bytes where the data has bytes. */
export interface Reconstructions {
  /** Places in the result, ascending: all of them, or the worst where all would be too much. */
  readonly places: Int32Array;
  readonly inputs: Uint8Array | Float32Array;
  readonly outputs: Uint8Array | Float32Array;
}

/** Gradients of the loss on one fixed batch of training examples, at the weights of several checkpoints. */
export interface GradientsJob {
  readonly kind: 'gradients';
  readonly request: TrainRequest;
  readonly data: unknown;
  readonly checkpoints: readonly CheckpointFrame[];
  readonly bins: number;
}
/** By parameter: `edges` of bins + 1 numbers, `counts` checkpoints × bins. */
export interface GradientsResult {
  readonly steps: Float64Array;
  readonly tensors: readonly {
    readonly name: string;
    readonly edges: Float64Array;
    readonly counts: Float64Array;
  }[];
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
  /** Where the input is what is predicted: what the model made of it, as numbers or by column; `label` is how far off that is. */
  readonly reconstruction?: readonly number[] | Readonly<Record<string, string | number>>;
}

export interface ExportJob extends TrainedModel {
  readonly kind: 'export';
  readonly run: string;
  readonly format: string;
  /** Those of the format; what is left out has its default. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly metrics: Metrics;
}
/** What is being done, in this order; formats leave out what they do not do. */
export type ExportStep =
  | { readonly step: 'preparing' | 'writing' | 'reloading' }
  /** With the trained model, on examples that it was not trained on. */
  | { readonly step: 'comparing'; readonly examples: number };
/** `ending` is what the file's name ends with: `.onnx`. */
export interface ExportedFile {
  readonly ending: string;
  readonly bytes: Uint8Array;
}
/** How it is known that a file is what was trained. */
export type ExportCheck =
  /** Reloaded and run: the largest difference relative to 1 + |expected|, and decisions (largest output) that changed. */
  | {
      readonly kind: 'compared';
      readonly examples: number;
      readonly largestDifference: number;
      readonly tolerance: number;
      /** null where nothing is decided: the output is a measure. */
      readonly decisions: number | null;
      readonly changedDecisions: number | null;
    }
  /** Read again, equal in every bit. */
  | { readonly kind: 'identical'; readonly tensors: number; readonly numbers: number }
  /** Source code: every tensor has one place in it, of its shape. Nothing was computed. */
  | { readonly kind: 'matched'; readonly tensors: number; readonly numbers: number }
  /** A page: taken apart again, and its parts are those that were put in. */
  | { readonly kind: 'unpacked'; readonly parts: number }
  /** A folder: its files read again, equal in every byte to those of the run. */
  | { readonly kind: 'copied'; readonly files: number };
export interface ExportResult {
  readonly files: readonly ExportedFile[];
  readonly checks: readonly ExportCheck[];
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

/** Looks into an ONNX file, which the worker reads itself. */
export interface ViewModelJob {
  readonly kind: 'viewModel';
  readonly path: string;
}
export type ViewModelResult = OnnxGraphView;

/** Checks a training and says what it will cost; nothing is run. */
export interface PlanJob {
  readonly kind: 'plan';
  /** Model, settings and preprocessing: TrainedData of engine/training. */
  readonly data: unknown;
  readonly hasValidation: boolean;
}
export interface PlanResult {
  readonly faults: readonly Fault[];
  /** null where there are faults. */
  readonly plan: TrainingCosts | null;
}
/** In bytes; of one copy each. See engine/training/planTraining.ts. */
export interface TrainingCosts {
  readonly parameters: number;
  readonly flopsPerStep: number;
  readonly parameterBytes: number;
  readonly optimizerBytes: number;
  readonly stepBytes: number;
  readonly evaluationBytes: number;
  readonly nodes: number;
  /** SHA-256 of the step graph: equal trainings take equal times. */
  readonly shape: string;
}

/** Takes a few steps of a training, to know how long they take. */
export interface MeasureJob {
  readonly kind: 'measure';
  readonly request: TrainRequest;
  readonly data: unknown;
}
export interface MeasureResult {
  readonly backend: string;
  readonly milliseconds: number;
}
