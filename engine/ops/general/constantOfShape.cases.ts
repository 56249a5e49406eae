import { tensorOf } from '../../ir/tensor.js';
import { constant, defineCases, expect, given } from '../defineCases.js';

export const constantOfShapeCases = defineCases('ConstantOfShape', { smooth: false }, [
  {
    name: 'zeros without a value',
    inputs: [constant([2], [2, 1])],
    expected: [expect([2, 1], [0, 0])],
  },
  {
    name: 'a given value, a fed shape',
    inputs: [given([1], [2], 'int64')],
    attributes: { value: tensorOf('int64', [1], [7]) },
    expected: [expect([2], [7, 7], 'int64')],
  },
]);
