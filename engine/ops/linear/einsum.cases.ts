import { defineCases, expect, given, spread } from '../defineCases.js';

export const einsumCases = defineCases('Einsum', { smooth: true }, [
  {
    name: 'matrix product',
    inputs: [given([2, 2], [1, 2, 3, 4]), given([2, 2], [1, 0, 1, 1])],
    attributes: { equation: 'ij,jk->ik' },
    expected: [expect([2, 2], [3, 2, 7, 4])],
  },
  {
    name: 'batched, transposed',
    inputs: [spread([2, 3, 2]), spread([2, 4, 2], -1, 1)],
    attributes: { equation: 'bij,bkj->bki' },
  },
  { name: 'ellipsis', inputs: [spread([2, 2, 3]), spread([3, 2], -1, 1)], attributes: { equation: '...i,ij->...j' } },
  { name: 'implicit output', inputs: [spread([2, 3]), spread([3, 2], -1, 1)], attributes: { equation: 'ab,bc' } },
  {
    name: 'sums an axis that one operand has alone',
    inputs: [given([2, 2], [1, 2, 3, 4]), given([2], [1, 10])],
    attributes: { equation: 'ij,i->i' },
    expected: [expect([2], [3, 70])],
  },
  { name: 'a full sum', inputs: [spread([2, 3])], attributes: { equation: 'ij->' } },
  { name: 'outer product', inputs: [spread([2]), spread([3], -1, 1)], attributes: { equation: 'i,j->ji' } },
  {
    name: 'three operands',
    inputs: [spread([2, 3]), spread([3, 2], -1, 1), spread([2, 2], 0.5, 1)],
    attributes: { equation: 'ij,jk,kl->il' },
  },
]);
