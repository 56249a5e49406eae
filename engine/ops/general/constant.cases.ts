import { tensorOf } from '../../ir/tensor.js';
import { defineCases, expect } from '../defineCases.js';

export const constantCases = defineCases('Constant', { smooth: false }, [
  {
    name: 'a tensor',
    inputs: [],
    attributes: { value: tensorOf('float32', [2], [1.5, -2]) },
    expected: [expect([2], [1.5, -2])],
  },
  { name: 'a float', inputs: [], attributes: { value_float: 1.5 }, expected: [expect([], [1.5])] },
  { name: 'floats', inputs: [], attributes: { value_floats: [1.5, 2] }, expected: [expect([2], [1.5, 2])] },
  { name: 'an int', inputs: [], attributes: { value_int: 3 }, expected: [expect([], [3], 'int64')] },
  { name: 'ints', inputs: [], attributes: { value_ints: [3, 4] }, expected: [expect([2], [3, 4], 'int64')] },
]);
