// Cases of the family, for the driver.
import { celuCases } from './celu.cases.js';
import { eluCases } from './elu.cases.js';
import { geluCases } from './gelu.cases.js';
import { hardSigmoidCases } from './hardSigmoid.cases.js';
import { hardSwishCases } from './hardSwish.cases.js';
import { leakyReluCases } from './leakyRelu.cases.js';
import { mishCases } from './mish.cases.js';
import { pReluCases } from './pRelu.cases.js';
import { reluCases } from './relu.cases.js';
import { seluCases } from './selu.cases.js';
import { sigmoidCases } from './sigmoid.cases.js';
import { softplusCases } from './softplus.cases.js';
import { softsignCases } from './softsign.cases.js';
import { tanhCases } from './tanh.cases.js';
import { thresholdedReluCases } from './thresholdedRelu.cases.js';

export const activationCases = [
  celuCases,
  eluCases,
  geluCases,
  hardSigmoidCases,
  hardSwishCases,
  leakyReluCases,
  mishCases,
  pReluCases,
  reluCases,
  seluCases,
  sigmoidCases,
  softplusCases,
  softsignCases,
  tanhCases,
  thresholdedReluCases,
];
