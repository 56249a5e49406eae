// A tensor to a TensorProto, its data inside the file or beside it.
import { create } from '@bufbuild/protobuf';
import { TensorProto_DataLocation, TensorProtoSchema, type TensorProto } from 'onnx-buf';
import { onnxTypeNumbers } from '../ir/onnxTypes.js';
import type { Tensor } from '../ir/tensor.js';
import { encodeEntries } from './entries.js';

/** Takes the bytes of a large tensor and says where they went; `undefined` leaves them in the model. */
export type PlaceBytes = (bytes: Uint8Array) => { location: string; offset: number } | undefined;

/** The elements as little-endian bytes, not copied. */
export function bytesOf({ data }: Tensor): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

export function encodeTensor(tensor: Tensor, name: string, docString = '', place?: PlaceBytes): TensorProto {
  const bytes = bytesOf(tensor);
  const placed = place?.(bytes);
  return create(TensorProtoSchema, {
    name,
    docString,
    dims: tensor.shape.map(BigInt),
    dataType: onnxTypeNumbers[tensor.dtype],
    ...(placed
      ? {
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: encodeEntries({
            location: placed.location,
            offset: String(placed.offset),
            length: String(bytes.length),
          }),
        }
      : { rawData: bytes }),
  });
}
