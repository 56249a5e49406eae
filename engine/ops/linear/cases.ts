// Cases of the family, for the driver.
import { gemmCases, hardmaxCases, logSoftmaxCases, matMulCases, softmaxCases } from './linear.cases.js';

export const linearCases = [matMulCases, gemmCases, softmaxCases, logSoftmaxCases, hardmaxCases];
