// Convolutions and pools.
import { averagePool } from './averagePool.js';
import { conv } from './conv.js';
import { globalAveragePool } from './globalAveragePool.js';
import { maxPool } from './maxPool.js';

export const convolution = [averagePool, conv, globalAveragePool, maxPool];
