// Kernel rules of activation functions.
import { unary, type KernelRules } from './kernelRule.js';

export const activationRules: KernelRules = {
  Relu: unary((x, { e }) => e.call('max', [x, e.constant(x.type, 0)])),
};
