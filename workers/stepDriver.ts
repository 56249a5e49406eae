// What takes the steps of a supervised run: one interface over sessions on the processor and recorded steps on a GPU.
import type { AugmentedTraining } from '../engine/data/augment/augmentExamples.js';
import type { ExampleSet } from '../engine/data/exampleSet.js';
import type { BatchPlan } from '../engine/data/batches.js';
import type { Tensor } from '../engine/ir/tensor.js';
import type { PhaseDeclaration } from '../engine/training/phase.js';
import type { StepClock } from '../engine/training/stepScalars.js';
import type { TrainingData } from '../engine/training/trainingData.js';
import type { CheckpointFrame } from '../contract/tensorFrame.js';
import type { Evaluation } from './evaluator.js';
import type { NonFinite } from './firstNonFinite.js';
import type { ChoiceTable } from './tuning.js';

/** One step that was taken. */
export interface StepReport {
  /** Of the run; the first is 1. */
  readonly step: number;
  readonly loss: number;
  /** Real examples of the batch. */
  readonly filled: number;
}

/** What a driver knows about its own speed and size; left out where it does not. */
export interface DriverUse {
  /** Of the GPU for one step, by its own clock. */
  readonly gpuMilliseconds?: number | undefined;
  /** GPU memory: data, state, what lies between. */
  readonly memoryBytes?: number | undefined;
}

export interface StepDriver {
  /** `native`, `wasm`, `webgpu`. */
  readonly backend: string;
  /** The lowerings that went into the steps; a run that is resumed must use the same. */
  readonly lowerings: Readonly<ChoiceTable>;
  /** The step graph as a file. */
  readonly stepModel: Uint8Array;
  /** Numbers that the training changes. */
  readonly parameters: number;
  /** What an expert should know: nodes that run elsewhere, data that is streamed. */
  readonly notes: readonly string[];

  /**
   * Takes steps, none later than `last`, and resolves with those that have become known since the last call: at least one, in
   * order. `last` lies in the epoch of the next step. Steps that are reported are part of the state, except one whose loss is not
   * finite: it is the last one reported, and the state is that before it.
   */
  advance(last: number): Promise<readonly StepReport[]>;
  /** Waits for steps that are under way; as {@link advance} otherwise. Until the next `advance` the state stays as it is. */
  settle(): Promise<readonly StepReport[]>;
  /** Where the step of the last report first left the finite numbers; the state must be that before it. */
  explain(report: StepReport): Promise<NonFinite | undefined>;
  /**
   * A copy of the state by tensor name, as it is at the time of the call, which must come when nothing is under way; steps may
   * be taken while the copy is being read.
   */
  snapshot(): Promise<Map<string, Tensor>>;
  /** Replaces the state. */
  load(state: ReadonlyMap<string, Tensor>): Promise<void>;
  /** Loss and metrics over a part of the data, when nothing is under way. */
  evaluate(part: Int32Array): Promise<Evaluation>;
  use(): DriverUse;
  dispose(): Promise<void>;
}

/** All that a driver is made of. */
export interface DriverRequest {
  readonly data: TrainingData;
  /** `data`, preprocessed: what is evaluated. */
  readonly examples: ExampleSet;
  /** What the steps see: the same, or with images drawn anew every epoch as `augmented` says. */
  readonly training: { readonly examples: ExampleSet; readonly augmented: AugmentedTraining | undefined };
  readonly phases: readonly PhaseDeclaration[];
  readonly plan: BatchPlan;
  readonly seed: number;
  /** Lowerings that a resumed run must use. */
  readonly lowerings: Readonly<ChoiceTable>;
  /** Where a resumed run continues. */
  readonly resume: CheckpointFrame | null;
  /** Steps that are done. */
  readonly step: number;
  /** What step `number` (from 1) is given besides its batch; for a step of the current epoch. */
  clockOf(number: number): StepClock;
}

/** @throws EngineError when model, data or device do not allow it */
export type MakeDriver = (request: DriverRequest) => Promise<StepDriver>;

/** What computes a run, picked by its request. */
export interface DriverChoice {
  readonly make: MakeDriver;
  /** Why this backend, once it has been made; undefined where it was asked for. */
  readonly reason: () => string | undefined;
}
