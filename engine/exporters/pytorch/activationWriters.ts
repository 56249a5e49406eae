// Activation functions in PyTorch, by name and as layers.
import type { ActivationName } from '../../layers/activation/activations.js';
import { expression, sameNames, sizeAt, writer, type LayerWriter } from './layerWriter.js';
import { call, python } from './python.js';

const functions: Readonly<Record<ActivationName, (x: string) => string>> = {
  none: (x) => x,
  relu: (x) => `F.relu(${x})`,
  leakyRelu: (x) => `F.leaky_relu(${x}, 0.01)`,
  elu: (x) => `F.elu(${x})`,
  selu: (x) => `F.selu(${x})`,
  celu: (x) => `F.celu(${x})`,
  gelu: (x) => `F.gelu(${x})`,
  geluTanh: (x) => `F.gelu(${x}, approximate="tanh")`,
  silu: (x) => `F.silu(${x})`,
  mish: (x) => `F.mish(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
  hardSigmoid: (x) => `F.hardsigmoid(${x})`,
  hardSwish: (x) => `F.hardswish(${x})`,
  hardTanh: (x) => `F.hardtanh(${x})`,
  relu6: (x) => `F.relu6(${x})`,
  softplus: (x) => `F.softplus(${x})`,
  softsign: (x) => `F.softsign(${x})`,
  softmax: (x) => `F.softmax(${x}, dim=-1)`,
  logSoftmax: (x) => `F.log_softmax(${x}, dim=-1)`,
  abs: (x) => `torch.abs(${x})`,
  square: (x) => `torch.square(${x})`,
  exp: (x) => `torch.exp(${x})`,
  log: (x) => `torch.log(${x})`,
  sqrt: (x) => `torch.sqrt(${x})`,
  reciprocal: (x) => `torch.reciprocal(${x})`,
  neg: (x) => `-${x}`,
  sin: (x) => `torch.sin(${x})`,
  cos: (x) => `torch.cos(${x})`,
  erf: (x) => `torch.erf(${x})`,
};

export function activated(name: ActivationName, x: string): string {
  return functions[name](x);
}

const named = (name: ActivationName): LayerWriter => expression(([x]) => activated(name, x));
const withAlpha = (name: string): LayerWriter =>
  expression<{ alpha: number }>(([x], { options }) => `${name}(${x}, ${python(options.alpha)})`);
const alongAxis = (name: string): LayerWriter =>
  expression<{ axis: number }>(([x], { options }) => `${name}(${x}, dim=${options.axis})`);

export const activationWriters: Readonly<Record<string, LayerWriter>> = {
  Activation: expression<{ function: ActivationName }>(([x], { options }) => activated(options.function, x)),
  Relu: named('relu'),
  LeakyRelu: withAlpha('F.leaky_relu'),
  PRelu: writer<{ perChannel: boolean; initial: number }>(({ options, inputs, args, self }) => {
    const count = options.perChannel ? sizeAt(inputs[0]!, 1) : 1;
    const code = call('nn.PReLU', [], { num_parameters: [count, 1], init: [options.initial, 0.25] });
    return { module: { code, tensors: sameNames({ weight: [count] }) }, values: [`${self}(${args[0]!})`] };
  }),
  Elu: withAlpha('F.elu'),
  Selu: named('selu'),
  Celu: withAlpha('F.celu'),
  Gelu: expression<{ approximate: 'none' | 'tanh' }>(([x], { options }) =>
    activated(options.approximate === 'tanh' ? 'geluTanh' : 'gelu', x),
  ),
  Silu: named('silu'),
  Mish: named('mish'),
  Tanh: named('tanh'),
  Sigmoid: named('sigmoid'),
  HardSigmoid: named('hardSigmoid'),
  HardSwish: named('hardSwish'),
  Softplus: named('softplus'),
  Softsign: named('softsign'),
  Clip: expression<{ low: number; high: number }>(
    ([x], { options }) => `${x}.clamp(${python(options.low)}, ${python(options.high)})`,
  ),
  Softmax: alongAxis('F.softmax'),
  LogSoftmax: alongAxis('F.log_softmax'),
};
