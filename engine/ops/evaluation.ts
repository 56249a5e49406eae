// Elementwise evaluation on constants: the arithmetic behind constant folding.
import { isFloat, type DType } from '../ir/dtype.js';
import { broadcastShapes, sizeOf, stridesOf } from '../ir/shape.js';
import { element, setElement, zeros, type Tensor } from '../ir/tensor.js';

/** Operators that make much of little (Expand, Tile, Range) decline to evaluate beyond this many elements. */
export const evaluationLimit = 2 ** 20;

/** A function in both arithmetics: floats are computed in float64 and rounded once, integers exactly. */
export interface UnaryArithmetic {
  readonly float?: (x: number) => number;
  readonly integer?: (x: bigint) => bigint;
}

/** `undefined` of `integer` (a division by zero) leaves the node unfolded. */
export interface BinaryArithmetic {
  readonly float?: (x: number, y: number) => number;
  readonly integer?: (x: bigint, y: bigint) => bigint | undefined;
}

/** Applies a function to every element; `undefined` where it is not defined for the element type. */
export function mapTensor(x: Tensor, apply: UnaryArithmetic): Tensor | undefined {
  const result = zeros(x.dtype, x.shape);
  const { float, integer } = apply;
  const floating = isFloat(x.dtype);
  for (let index = 0; index < x.data.length; index++)
    if (floating && float) setElement(result, index, float(element(x, index)));
    else if (!floating && integer) setInteger(result, index, integer(integerElement(x, index)));
    else return undefined;
  return result;
}

/** Applies a function to each pair of elements, broadcasting both; `undefined` where it is not defined. */
export function zipTensors(a: Tensor, b: Tensor, apply: BinaryArithmetic): Tensor | undefined {
  const { float, integer } = apply;
  const floating = isFloat(a.dtype);
  return zipInto(a.dtype, a, b, (result, index, left, right) => {
    if (floating) {
      if (!float) return false;
      setElement(result, index, float(element(a, left), element(b, right)));
      return true;
    }
    const value = integer?.(integerElement(a, left), integerElement(b, right));
    if (value === undefined) return false;
    setInteger(result, index, value);
    return true;
  });
}

/** A boolean of each pair of elements; int64 is compared exactly. */
export function compareTensors(
  a: Tensor,
  b: Tensor,
  holds: (x: number | bigint, y: number | bigint) => boolean,
): Tensor | undefined {
  const read = (source: Tensor, index: number): number | bigint =>
    source.dtype === 'int64' ? integerElement(source, index) : element(source, index);
  return zipInto('bool', a, b, (result, index, left, right) => {
    setElement(result, index, holds(read(a, left), read(b, right)) ? 1 : 0);
    return true;
  });
}

/** An element of an integer or boolean tensor, exactly. */
export function integerElement(source: Tensor, index: number): bigint {
  return BigInt(source.data[index]!);
}

/** Writes an integer, wrapped around as two's complement does. */
export function setInteger(target: Tensor, index: number, value: bigint): void {
  if (target.dtype === 'int64') (target.data as BigInt64Array)[index] = value;
  else (target.data as Int32Array)[index] = Number(BigInt.asIntN(32, value));
}

/** Copies one element between tensors of one type. */
export function copyElement(target: Tensor, index: number, source: Tensor, from: number): void {
  (target.data as Float32Array)[index] = (source.data as Float32Array)[from]!;
}

type Step = (result: Tensor, index: number, left: number, right: number) => boolean;

function zipInto(dtype: DType, a: Tensor, b: Tensor, step: Step): Tensor | undefined {
  const shape = broadcastShapes(a.shape, b.shape) as readonly number[] | undefined;
  if (!shape) return undefined;
  const result = zeros(dtype, shape);
  const left = broadcastIndex(shape, a.shape);
  const right = broadcastIndex(shape, b.shape);
  for (let index = 0; index < result.data.length; index++)
    if (!step(result, index, left(index), right(index))) return undefined;
  return result;
}

/** For each flat index of `shape`, the flat index of the element that broadcasts there. */
export function broadcastIndex(shape: readonly number[], operand: readonly number[]): (index: number) => number {
  const count = sizeOf(operand);
  if (count === 1) return () => 0;
  if (count === sizeOf(shape)) return (index) => index;
  const strides = stridesOf(operand);
  const offset = shape.length - operand.length;
  const outer = stridesOf(shape);
  return (index) =>
    operand.reduce(
      (sum, dim, axis) =>
        dim === 1 ? sum : sum + (Math.floor(index / outer[axis + offset]!) % shape[axis + offset]!) * strides[axis]!,
      0,
    );
}
