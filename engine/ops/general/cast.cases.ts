import { onnxTypeNumbers } from '../../ir/onnxTypes.js';
import { defineCases, expect, given, spread } from '../defineCases.js';

export const castCases = defineCases('Cast', { smooth: true }, [
  {
    name: 'float32 to int64 truncates',
    inputs: [given([4], [1.7, -1.7, 0.4, 2.2])],
    attributes: { to: onnxTypeNumbers.int64 },
    expected: [expect([4], [1, -1, 0, 2], 'int64')],
  },
  {
    name: 'int64 to float32',
    inputs: [given([2], [3, -4], 'int64')],
    attributes: { to: onnxTypeNumbers.float32 },
    expected: [expect([2], [3, -4])],
  },
  {
    name: 'bool to float32',
    inputs: [given([2], [0, 1], 'bool')],
    attributes: { to: onnxTypeNumbers.float32 },
    expected: [expect([2], [0, 1])],
  },
  {
    name: 'float32 to bool',
    inputs: [given([3], [0, 0.3, -2])],
    attributes: { to: onnxTypeNumbers.bool },
    expected: [expect([3], [0, 1, 1], 'bool')],
  },
  { name: 'float32 to float64', inputs: [spread([2, 3])], attributes: { to: onnxTypeNumbers.float64 } },
  {
    name: 'float32 to float16',
    inputs: [given([2], [1.5, -0.25])],
    attributes: { to: onnxTypeNumbers.float16 },
    expected: [expect([2], [1.5, -0.25], 'float16')],
    gradient: false,
  },
]);
