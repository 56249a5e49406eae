// Shape rules that many operators share.
import type { DType } from '../ir/dtype.js';
import type { KnownInput, InferredType } from './defineOp.js';
import { broadcastShapes, formatShape, normalAxis, type Shape } from '../ir/shape.js';
import { elements } from '../ir/tensor.js';

type Fail = (port: string, sentence: string) => never;

/** Y has the type and shape of X. */
export function likeX({ X }: { X: KnownInput }): InferredType[] {
  return [{ dtype: X.dtype, shape: X.shape }];
}

/** The output has the type and shape of one input, whatever its name. */
export function likeFirst(input: KnownInput): InferredType[] {
  return [{ dtype: input.dtype, shape: input.shape }];
}

/** NumPy broadcasting of any number of inputs, which must have one element type. */
export function broadcastAll(inputs: readonly KnownInput[], port: string, fail: Fail): InferredType[] {
  const first = inputs[0] ?? fail(port, 'needs at least one input');
  const stranger = inputs.find((input) => input.dtype !== first.dtype);
  if (stranger) fail(port, `inputs must have one element type, got ${first.dtype} and ${stranger.dtype}`);
  const shape = broadcastShapes(...inputs.map((input) => input.shape));
  if (!shape) fail(port, `shapes ${inputs.map((input) => formatShape(input.shape)).join(', ')} do not broadcast`);
  return [{ dtype: first.dtype, shape }];
}

/** NumPy broadcasting of A and B, which must have one element type. */
export function broadcastPair(context: { A: KnownInput; B: KnownInput; fail: Fail }, result?: DType): InferredType[] {
  const { A, B, fail } = context;
  if (A.dtype !== B.dtype) fail('B', `A and B must have one element type, got ${A.dtype} and ${B.dtype}`);
  const shape = broadcastShapes(A.shape, B.shape);
  if (!shape) fail('B', `shapes ${formatShape(A.shape)} and ${formatShape(B.shape)} do not broadcast`);
  return [{ dtype: result ?? A.dtype, shape }];
}

/** The axis counted from the front, or a located fault. */
export function checkedAxis(axis: number, rank: number, fail: Fail, port = 'axis'): number {
  return normalAxis(axis, rank) ?? fail(port, `axis ${axis} is outside a rank of ${rank}`);
}

/** The numbers of a constant input; `undefined` when it is not a constant. */
export function constantNumbers(input: KnownInput | undefined): number[] | undefined {
  return input?.constant && elements(input.constant);
}

/** Elements of a shape, unknown dimensions counted as 1; for estimates of work. */
export function knownSize(shape: Shape | undefined): number {
  return (shape ?? []).reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
}
