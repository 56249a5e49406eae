// The cases of an operator, as data: inputs, attributes, expected outputs. One driver runs every
// operator × case × backend: forward against `expected`, inferred against actual shapes, gradients
// against central differences, second order where `smooth`.
import type { DType } from '../ir/dtype.js';
import { tensorOf, type Tensor } from '../ir/tensor.js';
import { sizeOf } from '../ir/shape.js';
import type { AttributeArguments } from './attributes.js';

export interface OpCase {
  /** States behaviour: 'stride 2, padded'. */
  readonly name: string;
  /** In port order; `undefined` omits an optional input. */
  readonly inputs: readonly (CaseInput | undefined)[];
  readonly attributes?: AttributeArguments;
  /** Number of outputs to ask for (default 1). */
  readonly outputs?: number;
  /** Expected outputs, in order, from a source other than the code under test. */
  readonly expected?: readonly (Tensor | undefined)[] | undefined;
  /** The largest accepted relative error of a gradient (default 2e-3). */
  readonly tolerance?: number;
  /** The largest accepted error of the forward result, relative to 1 + |expected| (default 1e-5). */
  readonly forwardTolerance?: number;
  /** `false` where a numeric gradient means nothing here (ties, kinks); default true. */
  readonly gradient?: boolean;
  /** Also checks the gradient of the gradient; default: the operator's own `smooth`. */
  readonly smooth?: boolean;
}

export interface OpCases {
  readonly type: string;
  /** Twice differentiable away from isolated points: second order is tested for every case. */
  readonly smooth: boolean;
  readonly cases: readonly OpCase[];
}

export interface CaseInput {
  readonly tensor: Tensor;
  /** Given as a constant of the graph (axes, shapes, pads), not fed. */
  readonly constant: boolean;
}

export function defineCases(type: string, options: { readonly smooth: boolean }, cases: readonly OpCase[]): OpCases {
  return { type, smooth: options.smooth, cases };
}

/** A fed input with the numbers written out. */
export function given(shape: readonly number[], values: readonly number[], dtype: DType = 'float32'): CaseInput {
  return { tensor: tensorOf(dtype, shape, values), constant: false };
}

/** A constant input: axes, a shape, pads, a scalar. */
export function constant(shape: readonly number[], values: readonly number[], dtype: DType = 'int64'): CaseInput {
  return { tensor: tensorOf(dtype, shape, values), constant: true };
}

/** Seeded numbers spread evenly over `[low, high)`, all distinct and at least a tenth of a step apart. */
export function spread(shape: readonly number[], low = -2, high = 2, seed = 1): CaseInput {
  const count = sizeOf(shape);
  const order = Array.from({ length: count }, (_, index) => index);
  let state = (seed * 2654435761) >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let index = count - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  const step = (high - low) / count;
  return given(
    shape,
    order.map((slot) => low + step * (slot + 0.5 + 0.4 * (2 * random() - 1))),
  );
}

/** Like {@link spread}, but no number is closer to 0 than `gap` (for kinks at the origin). */
export function awayFromZero(shape: readonly number[], gap = 0.1, high = 2, seed = 1): CaseInput {
  const { tensor } = spread(shape, -(high - gap), high - gap, seed);
  return given(
    shape,
    Array.from(tensor.data as Float32Array, (value) => value + (value < 0 ? -gap : gap)),
  );
}

/** Expected output. */
export function expect(shape: readonly number[], values: readonly number[], dtype: DType = 'float32'): Tensor {
  return tensorOf(dtype, shape, values);
}

/** Expected output of an elementwise function of the first input, computed in float64. */
export function mapped(input: CaseInput, apply: (x: number) => number, dtype: DType = 'float32'): Tensor {
  return tensorOf(dtype, input.tensor.shape, Array.from(input.tensor.data as ArrayLike<number>, apply));
}
