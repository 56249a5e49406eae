import { awayFromZero, defineCases, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);

export const reluCases = defineCases('Relu', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => Math.max(v, 0))] },
]);
