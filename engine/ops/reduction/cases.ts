// Cases of the family, for the driver.
import { argMaxCases } from './argMax.cases.js';
import { argMinCases } from './argMin.cases.js';
import { cumSumCases } from './cumSum.cases.js';
import { reduceL1Cases } from './reduceL1.cases.js';
import { reduceL2Cases } from './reduceL2.cases.js';
import { reduceLogSumCases } from './reduceLogSum.cases.js';
import { reduceLogSumExpCases } from './reduceLogSumExp.cases.js';
import { reduceMaxCases } from './reduceMax.cases.js';
import { reduceMeanCases } from './reduceMean.cases.js';
import { reduceMinCases } from './reduceMin.cases.js';
import { reduceProdCases } from './reduceProd.cases.js';
import { reduceSumCases } from './reduceSum.cases.js';
import { reduceSumSquareCases } from './reduceSumSquare.cases.js';
import { topKCases } from './topK.cases.js';

export const reductionCases = [
  argMaxCases,
  argMinCases,
  cumSumCases,
  reduceL1Cases,
  reduceL2Cases,
  reduceLogSumCases,
  reduceLogSumExpCases,
  reduceMaxCases,
  reduceMeanCases,
  reduceMinCases,
  reduceProdCases,
  reduceSumCases,
  reduceSumSquareCases,
  topKCases,
];
