// Matrix products and the functions over rows that go with them.
import { einsum } from './einsum.js';
import { gemm } from './gemm.js';
import { hardmax } from './hardmax.js';
import { logSoftmax } from './logSoftmax.js';
import { matMul } from './matMul.js';
import { softmax } from './softmax.js';

export const linear = [einsum, gemm, hardmax, logSoftmax, matMul, softmax];
