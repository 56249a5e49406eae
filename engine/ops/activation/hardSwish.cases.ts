import { defineCases, given, mapped } from '../defineCases.js';

const x = given([6], [-4, -2, -0.3, 0.4, 2.2, 4]);

export const hardSwishCases = defineCases('HardSwish', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => v * Math.max(0, Math.min(1, v / 6 + 0.5)))] },
]);
