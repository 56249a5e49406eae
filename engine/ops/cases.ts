// The cases of every operator.
import type { OpCases } from './defineCases.js';
import { arithmeticCases } from './arithmetic/cases.js';

export const allCases: readonly OpCases[] = [...arithmeticCases];
