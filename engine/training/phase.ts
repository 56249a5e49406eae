// What a phase of a program declares: a loss (or gradients, or next values) over the shared state.
import type { DType } from '../ir/dtype.js';
import type { Value } from '../ir/graph.js';
import type { BufferDeclaration, Distribution, ParameterDeclaration } from '../layers/scope.js';
import type { Emit } from '../ops/emit.js';
import type { Precision } from './mixedPrecision.js';
import type { ClipSpec } from './optimizers/clip.js';
import type { OptimizerSpec } from './optimizers/index.js';

/** Names are those of the whole program: two phases that ask for one name share one tensor. */
export interface PhaseScope {
  readonly emit: Emit;
  readonly training: boolean;
  parameter(name: string, declaration: ParameterDeclaration): Value;
  buffer(name: string, declaration: BufferDeclaration): Value;
  /** States the next value of a buffer, or of a parameter that is set in closed form. */
  update(name: string, next: Value): void;
  /** A float32 field of fresh random numbers every step, keyed by (seed, name, step). */
  random(name: string, distribution: Distribution, shape: readonly number[]): Value;
  /** A tensor of the batch. */
  batch(name: string, dtype: DType, shape: readonly number[]): Value;
  /** A float32 number that the host gives anew every step. */
  scalar(name: string): Value;
}

export interface PhaseResult {
  /** A scalar to descend; left out where `gradients` or updates say it all. */
  readonly loss?: Value;
  /** Gradients by parameter name, where they are not those of a loss (contrastive divergence). */
  readonly gradients?: ReadonlyMap<string, Value>;
  /** What the host reads after every run, by name. */
  readonly results: Readonly<Record<string, Value>>;
}

export interface PhaseTraining {
  /** Which of the parameters that the program knows this phase changes. */
  trains(parameter: string): boolean;
  readonly optimizer: OptimizerSpec;
  readonly clip?: ClipSpec | undefined;
  /** Keeps an exponential moving average of what is trained. */
  readonly average?: { readonly decay: number } | undefined;
  /** Keeps only some activations for the backward pass and computes the others again: less memory, more time. */
  readonly recompute?: boolean;
  /** What forward and backward pass compute in (default float32); see `mixedPrecision`. */
  readonly precision?: Precision;
  /** Factor on the learning rate by parameter name (default 1). */
  rateFactor?(parameter: string): number;
}

export interface PhaseDeclaration {
  readonly name: string;
  build(scope: PhaseScope): PhaseResult;
  /** Left out: the phase only reads the state (evaluation, prediction). */
  readonly training?: PhaseTraining;
}
