// ValueInfoProto to what is known of a value.
import type { TensorShapeProto, TypeProto, ValueInfoProto } from 'onnx-buf';
import { EngineError } from '../ir/diagnostic.js';
import type { Value } from '../ir/graph.js';
import { dtypeOfNumber } from '../ir/onnxTypes.js';
import type { Dim, Shape } from '../ir/shape.js';
import { carried } from './carried.js';
import { entriesOf } from './entries.js';

/** Fills in type, doc string and metadata; a type that the engine has no word for is carried. */
export function describeValue(value: Value, info: ValueInfoProto): void {
  if (info.docString) value.docString = info.docString;
  value.metadata = { ...value.metadata, ...entriesOf(info.metadataProps) };
  const tensor = info.type?.value.case === 'tensorType' ? info.type.value.value : undefined;
  const dtype = tensor && dtypeOfNumber(tensor.elemType);
  if (dtype) value.dtype ??= dtype;
  if (tensor?.shape) value.shape ??= decodeShape(tensor.shape, value.name);
  const type = info.type && isForeign(info.type) ? info.type : undefined;
  if (type ?? info.$unknown) carried.values.set(value, { ...carried.values.get(value), type, unknown: info.$unknown });
}

/** True for anything but a tensor of one of the engine's element types (or of none, which says nothing). */
export function isForeign(type: TypeProto): boolean {
  if (type.value.case === undefined) return false;
  if (type.value.case !== 'tensorType') return true;
  const { elemType } = type.value.value;
  return elemType !== 0 && dtypeOfNumber(elemType) === undefined;
}

function decodeShape(proto: TensorShapeProto, name: string): Shape {
  return proto.dim.map(({ value }): Dim => {
    if (value.case === 'dimParam') return value.value || null;
    if (value.case !== 'dimValue' || value.value < 0n) return null;
    if (value.value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new EngineError('onnx.type', `Value '${name}': dimensions must be below 2⁵³, got ${value.value}`, {
        port: name,
      });
    return Number(value.value);
  });
}
