// Cases of the family, for the driver.
import { einsumCases } from './einsum.cases.js';
import { gemmCases, hardmaxCases, logSoftmaxCases, matMulCases, softmaxCases } from './linear.cases.js';

export const linearCases = [matMulCases, gemmCases, einsumCases, softmaxCases, logSoftmaxCases, hardmaxCases];
