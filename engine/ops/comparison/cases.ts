// Cases of the family, for the driver.
import { andCases } from './and.cases.js';
import { equalCases } from './equal.cases.js';
import { greaterCases } from './greater.cases.js';
import { greaterOrEqualCases } from './greaterOrEqual.cases.js';
import { isInfCases } from './isInf.cases.js';
import { isNaNCases } from './isNaN.cases.js';
import { lessCases } from './less.cases.js';
import { lessOrEqualCases } from './lessOrEqual.cases.js';
import { notCases } from './not.cases.js';
import { orCases } from './or.cases.js';
import { whereCases } from './where.cases.js';
import { xorCases } from './xor.cases.js';

export const comparisonCases = [
  andCases,
  equalCases,
  greaterCases,
  greaterOrEqualCases,
  isInfCases,
  isNaNCases,
  lessCases,
  lessOrEqualCases,
  notCases,
  orCases,
  whereCases,
  xorCases,
];
