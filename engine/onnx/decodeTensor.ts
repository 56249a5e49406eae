// A TensorProto to a tensor: raw, typed or external data of every element type that the engine computes with.
import { TensorProto_DataLocation, TensorProto_DataType, type TensorProto } from 'onnx-buf';
import { EngineError, type Place } from '../ir/diagnostic.js';
import { allocate, byteSize, viewOf, type DType, type TensorData } from '../ir/dtype.js';
import { dtypeOfNumber } from '../ir/onnxTypes.js';
import type { Tensor } from '../ir/tensor.js';
import { readExternal, type ReadRange } from './externalLocation.js';

/** ONNX's name of an element type number. */
export function typeNameOf(number: number): string {
  return (TensorProto_DataType as Readonly<Record<number, string>>)[number]?.toLowerCase() ?? `number ${number}`;
}

/**
 * Decodes a tensor; `undefined` for element types that the engine does not compute with. Nothing is allocated before
 * the file is seen to hold the data. Throws `onnx.tensor` and those of external data; `subject` begins the message.
 */
export function decodeTensor(
  proto: TensorProto,
  subject: string,
  place: Place,
  readRange?: ReadRange,
): Tensor | undefined {
  const dtype = dtypeOfNumber(proto.dataType);
  if (!dtype) return undefined;
  const fail = (sentence: string): never => {
    throw new EngineError('onnx.tensor', `${subject}: ${sentence}`, place);
  };
  const shape = proto.dims.map((dim) =>
    dim >= 0n && dim <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(dim)
      : fail(`dimensions must lie between 0 and 2⁵³, got ${dim}`),
  );
  const count = elementCount(shape) ?? fail(`dimensions [${shape.join(', ')}] multiply to more than 2⁵³ elements`);
  if (proto.segment) fail('tensors in segments are not supported');
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    const bytes = readExternal(proto, count * byteSize(dtype), subject, place, readRange);
    return { dtype, shape, data: copied(dtype, bytes) };
  }
  const data = typedData(proto, dtype, count);
  if (typeof data === 'string') fail(`[${shape.join(', ')}] of ${dtype} ${data}`);
  return { dtype, shape, data } as Tensor;
}

/** The product, exactly; `undefined` beyond 2⁵³. An axis of size 0 makes it 0 whatever the others are. */
function elementCount(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const dim of shape) {
    count *= dim;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/** The data from whichever field holds it, or a sentence that says what is missing. */
function typedData(proto: TensorProto, dtype: DType, count: number): TensorData | string {
  const raw = proto.rawData;
  if (raw.length > 0) {
    const wanted = count * byteSize(dtype);
    return raw.length === wanted ? copied(dtype, raw) : `takes ${wanted} bytes, got ${raw.length}`;
  }
  const given = listOf(proto, dtype);
  if (given.length !== count) return `takes ${count} elements, got ${given.length}`;
  const data = allocate(dtype, count);
  if (dtype === 'int64') (data as BigInt64Array).set(given as bigint[]);
  else (data as Float32Array).set(given as number[]);
  return data;
}

/** The typed field of an element type; the small integer types share one, float16 as its bits (onnx.proto). */
function listOf(proto: TensorProto, dtype: DType): readonly (number | bigint)[] {
  switch (dtype) {
    case 'float32':
      return proto.floatData;
    case 'float64':
      return proto.doubleData;
    case 'int64':
      return proto.int64Data;
    default:
      return proto.int32Data;
  }
}

/** Little-endian bytes as elements; copied, since a view would keep the whole file alive and may be unaligned. */
function copied(dtype: DType, bytes: Uint8Array): TensorData {
  // Not `slice`: that of a Buffer, which files are read as, is a view.
  const copy = new Uint8Array(bytes);
  return viewOf(dtype, copy.buffer, 0, copy.length / byteSize(dtype));
}
