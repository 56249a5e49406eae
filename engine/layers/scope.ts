// What a layer's lowering speaks to: nodes are emitted, parameters, buffers and random fields are declared.
import type { DType } from '../ir/dtype.js';
import type { Value } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import type { Emit } from '../ops/emit.js';
import type { InitializerSpec } from '../random/initializers.js';

export interface ParameterDeclaration {
  readonly shape: readonly number[];
  readonly initializer: InitializerSpec;
  /** Weight decay and L1 apply to it (weights yes; biases, scales and norms no). Default true. */
  readonly decay?: boolean;
  /** Default true. */
  readonly trainable?: boolean;
}

export interface BufferDeclaration {
  readonly shape: readonly number[];
  readonly initial: number | Tensor;
  readonly dtype?: DType;
}

/** The distribution of a random field: uniform on [0, 1) or standard normal, float32. */
export type Distribution = 'uniform' | 'normal';

export interface LoweringScope {
  readonly emit: Emit;
  /** True in a training graph: dropout drops, batch norm uses the batch. */
  readonly training: boolean;
  /** The layer's parameters stay as they are: batch norm then keeps to its running statistics. */
  readonly frozen: boolean;
  /** A trainable tensor named `<layer>.<name>`; asking twice for one name gives the same value. */
  parameter(name: string, declaration: ParameterDeclaration): Value;
  /** A tensor of the state that no optimizer touches (running statistics), named `<layer>.<name>`; its latest value. */
  buffer(name: string, declaration: BufferDeclaration): Value;
  /** States the next value of a buffer (training only). */
  update(name: string, next: Value): void;
  /** Fresh random numbers every step, keyed by (seed, `<layer>.<name>`, step); training only. */
  random(name: string, distribution: Distribution, shape: readonly number[]): Value;
  /** Lowers a part of a composite: names of tensors become `<layer>.<part>.<name>`, of nodes `<layer>/<part>/…`. */
  within<T>(part: string, body: (scope: LoweringScope) => T): T;
}
