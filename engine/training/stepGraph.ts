// A compiled phase: a graph of standard operators and how its inputs and outputs meet the state.
import type { DType } from '../ir/dtype.js';
import type { Graph } from '../ir/graph.js';
import type { Distribution } from '../layers/scope.js';
import type { OptimizerSpec } from './optimizers/index.js';
import type { StateField } from './state.js';

export interface BatchInput {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface RandomField {
  readonly name: string;
  readonly distribution: Distribution;
  readonly shape: readonly number[];
}

/** A graph input fed from the state: a whole entry, or one field of it in its own shape. */
export interface StateRead {
  readonly input: string;
  readonly entry: string;
  readonly field?: StateField;
}

/** A float32 scalar that the host feeds every step. */
export interface ScalarInput {
  readonly input: string;
  readonly name: string;
  /** Set where the optimizer computes it: for these parameters' factor on the rate, decaying or not. */
  readonly optimizer?: { readonly spec: OptimizerSpec; readonly rateFactor: number };
}

export interface StateWrite {
  readonly output: string;
  readonly entry: string;
}

/** Everything but the graph is plain JSON: it is saved beside `step.onnx`, so that a run can be resumed from files. */
export interface StepInterface {
  readonly name: string;
  readonly batch: readonly BatchInput[];
  readonly scalars: readonly ScalarInput[];
  readonly random: readonly RandomField[];
  readonly reads: readonly StateRead[];
  readonly writes: readonly StateWrite[];
  /** Output names by result name. */
  readonly results: Readonly<Record<string, string>>;
}

export interface StepGraph extends StepInterface {
  readonly graph: Graph;
}
