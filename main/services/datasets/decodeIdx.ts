// IDX, the format of MNIST: two zero bytes, a type, the number of axes, big-endian uint32 sizes, big-endian elements.
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { allocate, type DType } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { Tensor } from '../../../engine/ir/tensor.js';

const types: Readonly<Record<number, { readonly dtype: DType; readonly bytes: number }>> = {
  0x08: { dtype: 'uint8', bytes: 1 },
  0x09: { dtype: 'int8', bytes: 1 },
  0x0b: { dtype: 'int32', bytes: 2 },
  0x0c: { dtype: 'int32', bytes: 4 },
  0x0d: { dtype: 'float32', bytes: 4 },
  0x0e: { dtype: 'float64', bytes: 8 },
};

export interface IdxHeader {
  readonly dtype: DType;
  /** Of an element in the file. */
  readonly bytes: number;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

/** From the first bytes of a file. @throws EngineError `data.idx` */
export function readIdxHeader(bytes: Uint8Array, subject: string): IdxHeader {
  const fail = (text: string) => new EngineError('data.idx', `${subject}: ${text}`, { path: subject });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0) throw fail('an IDX file must begin with two zero bytes');
  const type = types[bytes[2]!];
  if (!type) throw fail(`unknown IDX element type 0x${bytes[2]!.toString(16)}`);
  const rank = bytes[3]!;
  const start = 4 + 4 * rank;
  if (rank < 1 || rank > 8 || bytes.length < start)
    throw fail(`1 to 8 axes with their sizes are expected, got ${rank} in ${bytes.length} bytes`);
  return { ...type, shape: Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)), start };
}

/** Decodes IDX bytes; the sizes in the header are believed only if the rest is exactly that long. */
export function decodeIdx(bytes: Uint8Array, subject: string): Tensor {
  const fail = (text: string) => new EngineError('data.idx', `${subject}: ${text}`, { path: subject });
  const type = readIdxHeader(bytes, subject);
  const { shape, start } = type;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = sizeOf(shape);
  if (count * type.bytes !== bytes.length - start)
    throw fail(
      `the header says [${shape.join(', ')}] × ${type.bytes} bytes, but ${bytes.length - start} bytes follow; is the file truncated?`,
    );
  const { dtype } = type;
  if (dtype === 'uint8') return { dtype, shape, data: bytes.slice(start) };
  if (dtype === 'int8') return { dtype, shape, data: new Int8Array(bytes.slice(start).buffer) };
  const data = allocate(dtype, count) as Int32Array | Float32Array | Float64Array;
  for (let index = 0; index < count; index++) {
    const at = start + index * type.bytes;
    if (type.bytes === 2) data[index] = view.getInt16(at);
    else if (dtype === 'int32') data[index] = view.getInt32(at);
    else data[index] = dtype === 'float32' ? view.getFloat32(at) : view.getFloat64(at);
  }
  return { dtype, shape, data };
}
