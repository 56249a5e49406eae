// ONNX's TensorProto.DataType numbers of the element types that the engine computes with.
import type { DType } from './dtype.js';

export const onnxTypeNumbers: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** The element type of a number in a file; `undefined` for one that the engine does not compute with. */
export function dtypeOfNumber(number: number): DType | undefined {
  const found = Object.entries(onnxTypeNumbers).find(([, value]) => value === number);
  return found?.[0] as DType | undefined;
}
