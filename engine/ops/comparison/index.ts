// Comparisons, logic and choice.
import { and } from './and.js';
import { equal } from './equal.js';
import { greater } from './greater.js';
import { greaterOrEqual } from './greaterOrEqual.js';
import { isInf } from './isInf.js';
import { isNaN } from './isNaN.js';
import { less } from './less.js';
import { lessOrEqual } from './lessOrEqual.js';
import { not } from './not.js';
import { or } from './or.js';
import { where } from './where.js';
import { xor } from './xor.js';

export const comparison = [and, equal, greater, greaterOrEqual, isInf, isNaN, less, lessOrEqual, not, or, where, xor];
