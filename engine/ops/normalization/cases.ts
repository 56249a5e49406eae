// Cases of the family, for the driver.
import {
  batchNormalizationCases,
  groupNormalizationCases,
  instanceNormalizationCases,
  layerNormalizationCases,
  lpNormalizationCases,
  lrnCases,
  meanVarianceNormalizationCases,
  rmsNormalizationCases,
} from './normalization.cases.js';

export const normalizationCases = [
  batchNormalizationCases,
  groupNormalizationCases,
  instanceNormalizationCases,
  layerNormalizationCases,
  lpNormalizationCases,
  lrnCases,
  meanVarianceNormalizationCases,
  rmsNormalizationCases,
];
