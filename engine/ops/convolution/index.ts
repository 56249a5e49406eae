// Convolutions and pools.
import { averagePool } from './averagePool.js';
import { conv } from './conv.js';
import { convTranspose } from './convTranspose.js';
import { globalAveragePool } from './globalAveragePool.js';
import { globalLpPool } from './globalLpPool.js';
import { globalMaxPool } from './globalMaxPool.js';
import { lpPool } from './lpPool.js';
import { maxPool } from './maxPool.js';

export const convolution = [
  averagePool,
  conv,
  convTranspose,
  globalAveragePool,
  globalLpPool,
  globalMaxPool,
  lpPool,
  maxPool,
];
