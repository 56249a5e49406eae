import { defineCases, given, mapped } from '../defineCases.js';

const x = given([6], [-1.7, -1.2, -0.3, 0.4, 1.5, 2.6]);

export const ceilCases = defineCases('Ceil', { smooth: false }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.ceil)] },
]);
