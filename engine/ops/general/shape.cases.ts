import { defineCases, expect, spread } from '../defineCases.js';

export const shapeCases = defineCases('Shape', { smooth: false }, [
  { name: 'all dimensions', inputs: [spread([2, 3, 4])], expected: [expect([3], [2, 3, 4], 'int64')] },
  {
    name: 'a part counted from the back',
    inputs: [spread([2, 3, 4])],
    attributes: { start: -2, end: -1 },
    expected: [expect([1], [3], 'int64')],
  },
  {
    name: 'bounds beyond the rank',
    inputs: [spread([2, 3])],
    attributes: { start: -9, end: 9 },
    expected: [expect([2], [2, 3], 'int64')],
  },
]);
