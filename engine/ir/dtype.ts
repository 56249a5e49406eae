// Element types of tensors, spelled as ONNX (and onnxruntime) spell them, with their storage in JavaScript.

/** Every element type that the engine computes with. */
export const dtypes = ['float32', 'float16', 'float64', 'int64', 'int32', 'int8', 'uint8', 'bool'] as const;

export type DType = (typeof dtypes)[number];

/** float16 is stored as its bits (Uint16Array), bool as 0 or 1 (Uint8Array), as onnxruntime does. */
export interface TypedArrays {
  float32: Float32Array;
  float16: Uint16Array;
  float64: Float64Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TensorData = TypedArrays[DType];

interface ArrayType<T> {
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

const arrayTypes: { readonly [D in DType]: ArrayType<TypedArrays[D]> } = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

export function isDType(text: string): text is DType {
  return (dtypes as readonly string[]).includes(text);
}

/** True for float32, float16 and float64: the types that gradients flow through. */
export function isFloat(dtype: DType | undefined): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'float64';
}

/** Bytes of one element. */
export function byteSize(dtype: DType): number {
  return arrayTypes[dtype].BYTES_PER_ELEMENT;
}

/** A zero-filled array for `length` elements. */
export function allocate<D extends DType>(dtype: D, length: number): TypedArrays[D] {
  return new arrayTypes[dtype](length);
}

/** A view of `length` elements at `byteOffset`; the offset must be a multiple of the element size. */
export function viewOf<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArrays[D] {
  return new arrayTypes[dtype](buffer, byteOffset, length);
}
