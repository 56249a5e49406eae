// Tensors with their data: constants of a graph, state, batches and results.
import { allocate, type DType, type TypedArrays } from './dtype.js';
import { sizeOf } from './shape.js';

/** Row-major data of a static shape; `data.length` is the product of `shape`. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TypedArrays[D];
}

export function tensor<D extends DType>(dtype: D, shape: readonly number[], data: TypedArrays[D]): Tensor<D> {
  if (data.length !== sizeOf(shape))
    throw new RangeError(`tensor: ${data.length} elements do not fill the shape [${shape.join(', ')}]`);
  return { dtype, shape, data };
}

export function zeros<D extends DType>(dtype: D, shape: readonly number[]): Tensor<D> {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
}

/** A tensor of plain numbers, converted (rounded, wrapped) to `dtype`. */
export function tensorOf<D extends DType>(dtype: D, shape: readonly number[], values: ArrayLike<number>): Tensor<D> {
  const result = zeros(dtype, shape);
  if (values.length !== result.data.length)
    throw new RangeError(`tensor: ${values.length} elements do not fill the shape [${shape.join(', ')}]`);
  for (let index = 0; index < values.length; index++) setElement(result, index, values[index]!);
  return result;
}

export function scalar<D extends DType>(dtype: D, value: number): Tensor<D> {
  return tensorOf(dtype, [], [value]);
}

/** Reads one element as a number (int64 beyond 2^53 loses precision; float16 is widened). */
export function element(source: Tensor, index: number): number {
  const raw: number | bigint = source.data[index]!;
  if (source.dtype === 'float16') return float16ToNumber(raw as number);
  return Number(raw);
}

export function setElement(target: Tensor, index: number, value: number): void {
  if (target.dtype === 'int64') (target.data as BigInt64Array)[index] = BigInt(Math.trunc(value));
  else if (target.dtype === 'float16') (target.data as Uint16Array)[index] = numberToFloat16(value);
  else if (target.dtype === 'bool') (target.data as Uint8Array)[index] = value ? 1 : 0;
  else (target.data as Float64Array)[index] = value;
}

/** All elements as numbers; see {@link element}. */
export function elements(source: Tensor): number[] {
  return Array.from({ length: source.data.length }, (_, index) => element(source, index));
}

const bits = new DataView(new ArrayBuffer(4));

/** IEEE 754 binary16 bits to a number. */
export function float16ToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A number to IEEE 754 binary16 bits, rounded to nearest even. */
export function numberToFloat16(value: number): number {
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  const sign = (word >>> 16) & 0x8000;
  if (Number.isNaN(value)) return sign | 0x7e00;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24);
  const exponent = ((word >>> 23) & 0xff) - 127;
  const fraction = roundHalfEven((magnitude / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + fraction);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
