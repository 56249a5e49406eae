// Between tensors and how their elements lie in GPU memory (`storageOf`): 4 bytes each, float16 2.
import { EngineError } from '../../engine/ir/diagnostic.js';
import { allocate, viewOf, type DType, type TypedArrays } from '../../engine/ir/dtype.js';
import { sizeOf } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { storageBytes, storageOf, type Storage } from '../../engine/kernels/kernelPlan.js';

/** The storage of `dtype`. @throws EngineError `gpu.type` for float64, which WGSL lacks */
export function requireStorage(dtype: DType, what: string): Storage {
  const storage = storageOf(dtype);
  if (storage) return storage;
  throw new EngineError('gpu.type', `${what}: WebGPU has no ${dtype}; cast it to float32, or run it on the CPU`);
}

/**
 * The elements of a tensor as the GPU holds them; a view of the tensor's own memory where nothing has to change.
 * @throws EngineError `gpu.range` for int64 beyond 32 bits, `gpu.type` for float64
 */
export function toStorage(source: Tensor, what: string): Float32Array | Uint16Array | Int32Array | Uint32Array {
  requireStorage(source.dtype, what);
  switch (source.dtype) {
    case 'int64':
      return narrowed(source.data as BigInt64Array, what);
    case 'int8':
      return Int32Array.from(source.data as Int8Array);
    case 'bool':
      return Uint32Array.from(source.data as Uint8Array, (value) => (value === 0 ? 0 : 1));
    case 'uint8':
      return Uint32Array.from(source.data as Uint8Array);
    default:
      return source.data as Float32Array | Uint16Array | Int32Array;
  }
}

function narrowed(source: BigInt64Array, what: string): Int32Array {
  const result = new Int32Array(source.length);
  for (let index = 0; index < source.length; index++) {
    const value = source[index]!;
    const short = Number(value);
    if (short > 0x7fffffff || short < -0x80000000)
      throw new EngineError(
        'gpu.range',
        `${what}: integers on the GPU have 32 bits, got ${value} at ${index}; run it on the CPU`,
      );
    result[index] = short;
  }
  return result;
}

/** Bytes that `elements` take in GPU memory, rounded up to 4. */
export function storedBytes(storage: Storage, elements: number): number {
  return Math.ceil((elements * storageBytes(storage)) / 4) * 4;
}

/** A tensor of what the GPU holds in `bytes` from `byteOffset` on. Copies. */
export function fromStorage(dtype: DType, shape: readonly number[], bytes: ArrayBuffer, byteOffset = 0): Tensor {
  const storage = requireStorage(dtype, 'tensor');
  const length = sizeOf(shape);
  const data: TypedArrays[DType] = allocate<DType>(dtype, length);
  if (dtype === 'int64') {
    const stored = new Int32Array(bytes, byteOffset, length);
    for (let index = 0; index < length; index++) data[index] = BigInt(stored[index]!);
  } else if (dtype === 'bool') {
    const stored = new Uint32Array(bytes, byteOffset, length);
    for (let index = 0; index < length; index++) data[index] = stored[index] === 0 ? 0 : 1;
  } else if (storage === 'u32') (data as Uint8Array).set(new Uint32Array(bytes, byteOffset, length));
  else if (dtype === 'int8') (data as Int8Array).set(new Int32Array(bytes, byteOffset, length));
  else (data as Float32Array).set(viewOf(dtype, bytes, byteOffset, length));
  return { dtype, shape: [...shape], data };
}
