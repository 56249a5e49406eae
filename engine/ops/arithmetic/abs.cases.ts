import { awayFromZero, defineCases, expect, given, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);

export const absCases = defineCases('Abs', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.abs)] },
  { name: 'a slope of 0 at 0', inputs: [given([2], [0, -0])], expected: [expect([2], [0, 0])], smooth: false },
]);
