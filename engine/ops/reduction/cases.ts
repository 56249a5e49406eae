// Cases of the family, for the driver.
import { reduceMaxCases } from './reduceMax.cases.js';
import { reduceMeanCases } from './reduceMean.cases.js';
import { reduceMinCases } from './reduceMin.cases.js';
import { reduceSumCases } from './reduceSum.cases.js';

export const reductionCases = [reduceMaxCases, reduceMeanCases, reduceMinCases, reduceSumCases];
