// Key and value pairs, as ONNX keeps metadata.
import { create } from '@bufbuild/protobuf';
import { StringStringEntryProtoSchema, type StringStringEntryProto } from 'onnx-buf';

/** Of a key given twice the last counts. */
export function entriesOf(protos: readonly StringStringEntryProto[]): Record<string, string> {
  return Object.fromEntries(protos.map(({ key, value }) => [key, value]));
}

export function encodeEntries(entries: Readonly<Record<string, string>>): StringStringEntryProto[] {
  return Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}
