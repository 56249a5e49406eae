// Normalisations.
import { batchNormalization } from './batchNormalization.js';
import { groupNormalization } from './groupNormalization.js';
import { instanceNormalization } from './instanceNormalization.js';
import { layerNormalization } from './layerNormalization.js';
import { lpNormalization } from './lpNormalization.js';
import { lrn } from './lrn.js';
import { meanVarianceNormalization } from './meanVarianceNormalization.js';
import { rmsNormalization } from './rmsNormalization.js';

export const normalization = [
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  lpNormalization,
  lrn,
  meanVarianceNormalization,
  rmsNormalization,
];
