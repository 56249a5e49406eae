// Activation functions by name, as options of other layers and of the Activation layer.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { choice } from '../options.js';

type EmitFunction = (emit: Emit, x: Value) => Value;

const node =
  (type: string, attributes = {}): EmitFunction =>
  (emit, x) =>
    emit.node(type, [x], attributes);

/** Every function with its usual constants; the layers of these names have them as options. */
const functions = {
  none: (_emit, x) => x,
  relu: node('Relu'),
  leakyRelu: node('LeakyRelu', { alpha: 0.01 }),
  elu: node('Elu', { alpha: 1 }),
  selu: node('Selu'),
  celu: node('Celu', { alpha: 1 }),
  gelu: node('Gelu', { approximate: 'none' }),
  geluTanh: node('Gelu', { approximate: 'tanh' }),
  // silu(x) = x σ(x), also called swish
  silu: (emit, x) => emit.mul(x, emit.sigmoid(x)),
  mish: node('Mish'),
  tanh: node('Tanh'),
  sigmoid: node('Sigmoid'),
  hardSigmoid: node('HardSigmoid', { alpha: 1 / 6, beta: 0.5 }),
  hardSwish: node('HardSwish'),
  hardTanh: (emit, x) => emit.node('Clip', [x, emit.scalar(-1, x), emit.scalar(1, x)]),
  relu6: (emit, x) => emit.node('Clip', [x, emit.scalar(0, x), emit.scalar(6, x)]),
  softplus: node('Softplus'),
  softsign: node('Softsign'),
  softmax: node('Softmax', { axis: -1 }),
  logSoftmax: node('LogSoftmax', { axis: -1 }),
  abs: node('Abs'),
  square: (emit, x) => emit.square(x),
  exp: node('Exp'),
  log: node('Log'),
  sqrt: node('Sqrt'),
  reciprocal: node('Reciprocal'),
  neg: node('Neg'),
  sin: node('Sin'),
  cos: node('Cos'),
  erf: node('Erf'),
} as const satisfies Record<string, EmitFunction>;

export type ActivationName = keyof typeof functions;

export const activationNames = Object.keys(functions) as ActivationName[];

/** `activation` of layers that end in one. */
export const activationOption = choice(activationNames, { label: 'Activation', fallback: 'none' });

export function emitActivation(emit: Emit, x: Value, name: ActivationName): Value {
  const emitFunction: EmitFunction = functions[name];
  return emitFunction(emit, x);
}
