// Activation functions.
import { celu } from './celu.js';
import { elu } from './elu.js';
import { gelu } from './gelu.js';
import { hardSigmoid } from './hardSigmoid.js';
import { hardSwish } from './hardSwish.js';
import { leakyRelu } from './leakyRelu.js';
import { mish } from './mish.js';
import { pRelu } from './pRelu.js';
import { relu } from './relu.js';
import { selu } from './selu.js';
import { sigmoid } from './sigmoid.js';
import { softplus } from './softplus.js';
import { softsign } from './softsign.js';
import { tanh } from './tanh.js';
import { thresholdedRelu } from './thresholdedRelu.js';

export const activation = [
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  pRelu,
  relu,
  selu,
  sigmoid,
  softplus,
  softsign,
  tanh,
  thresholdedRelu,
];
