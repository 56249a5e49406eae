import { defineCases, expect, spread } from '../defineCases.js';

export const sizeCases = defineCases('Size', { smooth: false }, [
  { name: 'a block', inputs: [spread([2, 3, 4])], expected: [expect([], [24], 'int64')] },
]);
