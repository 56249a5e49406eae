// Cases of the family, for the driver.
import { convCases } from './conv.cases.js';
import { convTransposeCases } from './convTranspose.cases.js';
import {
  averagePoolCases,
  globalAveragePoolCases,
  globalLpPoolCases,
  globalMaxPoolCases,
  lpPoolCases,
  maxPoolCases,
} from './pool.cases.js';

export const convolutionCases = [
  convCases,
  convTransposeCases,
  maxPoolCases,
  averagePoolCases,
  globalAveragePoolCases,
  globalMaxPoolCases,
  lpPoolCases,
  globalLpPoolCases,
];
