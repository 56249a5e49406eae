import { defineCases, expect, given } from '../defineCases.js';

export const spaceToDepthCases = defineCases('SpaceToDepth', { smooth: true }, [
  {
    name: 'block 2',
    inputs: [
      given(
        [1, 2, 4, 2],
        [1.12, -0.12, -0.62, 1.88, -1.12, 0.12, 0.38, -1.88, -0.38, -1.62, 1.38, 0.62, 0.88, 1.62, -1.38, -0.88],
      ),
    ],
    attributes: { blocksize: 2 },
    expected: [
      expect(
        [1, 8, 2, 1],
        [1.12, -1.12, -0.38, 0.88, -0.12, 0.12, -1.62, 1.62, -0.62, 0.38, 1.38, -1.38, 1.88, -1.88, 0.62, -0.88],
      ),
    ],
  },
  {
    name: 'block 3, batched',
    inputs: [
      given(
        [2, 1, 3, 3],
        [-0.78, 0.56, -1.89, 1.67, 1.22, 1, -1.44, -1.67, -1, -0.11, 0.11, -1.22, -0.56, 1.44, -0.33, 0.33, 1.89, 0.78],
      ),
    ],
    attributes: { blocksize: 3 },
    expected: [
      expect(
        [2, 9, 1, 1],
        [-0.78, 0.56, -1.89, 1.67, 1.22, 1, -1.44, -1.67, -1, -0.11, 0.11, -1.22, -0.56, 1.44, -0.33, 0.33, 1.89, 0.78],
      ),
    ],
  },
]);
