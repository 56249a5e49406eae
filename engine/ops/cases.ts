// The cases of every operator.
import type { OpCases } from './defineCases.js';
import { activationCases } from './activation/cases.js';
import { arithmeticCases } from './arithmetic/cases.js';
import { comparisonCases } from './comparison/cases.js';
import { convolutionCases } from './convolution/cases.js';
import { generalCases } from './general/cases.js';
import { indexingCases } from './indexing/cases.js';
import { linearCases } from './linear/cases.js';
import { normalizationCases } from './normalization/cases.js';
import { recurrentCases } from './recurrent/cases.js';
import { reductionCases } from './reduction/cases.js';
import { shapingCases } from './shaping/cases.js';

export const allCases: readonly OpCases[] = [
  ...activationCases,
  ...arithmeticCases,
  ...comparisonCases,
  ...convolutionCases,
  ...generalCases,
  ...indexingCases,
  ...linearCases,
  ...normalizationCases,
  ...recurrentCases,
  ...reductionCases,
  ...shapingCases,
];
