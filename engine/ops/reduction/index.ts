// Reductions over axes, and what walks along one axis.
import { argMax } from './argMax.js';
import { argMin } from './argMin.js';
import { cumSum } from './cumSum.js';
import { reduceL1 } from './reduceL1.js';
import { reduceL2 } from './reduceL2.js';
import { reduceLogSum } from './reduceLogSum.js';
import { reduceLogSumExp } from './reduceLogSumExp.js';
import { reduceMax } from './reduceMax.js';
import { reduceMean } from './reduceMean.js';
import { reduceMin } from './reduceMin.js';
import { reduceProd } from './reduceProd.js';
import { reduceSum } from './reduceSum.js';
import { reduceSumSquare } from './reduceSumSquare.js';
import { topK } from './topK.js';

export const reduction = [
  argMax,
  argMin,
  cumSum,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
  topK,
];
