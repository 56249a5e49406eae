// The activation layers: one that takes the function's name, and one of each type that has constants or is common.
import type { Value } from '../../ir/graph.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer, type LayerDefinition } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { constantInitializer } from '../initialization.js';
import { choice, decimal, flag, whole, type OptionSpecs, type OptionValues } from '../options.js';
import type { LoweringScope } from '../scope.js';
import { activationNames, emitActivation, type ActivationName } from './activations.js';

function unary<const O extends OptionSpecs>(
  type: string,
  description: string,
  options: O,
  emitFunction: (scope: LoweringScope, x: Value, options: OptionValues<O>) => Value,
): LayerDefinition {
  return defineLayer({
    type,
    title: type,
    category: 'activation',
    description,
    inputs: ['x'],
    options,
    lower: (scope, { x }, values) => emitFunction(scope, x, values),
  });
}

const named = (type: string, name: ActivationName, description: string): LayerDefinition =>
  unary(type, description, {}, ({ emit }, x) => emitActivation(emit, x, name));

const activation = unary(
  'Activation',
  'Any activation function, by name.',
  { function: choice(activationNames, { label: 'Function', fallback: 'relu' }) },
  ({ emit }, x, options) => emitActivation(emit, x, options.function),
);

const axisOption = whole({ label: 'Axis', min: -8, max: 7, fallback: -1, description: 'Sums to one along it.' });

const alongAxis = (type: 'Softmax' | 'LogSoftmax', description: string): LayerDefinition =>
  defineLayer({
    type,
    title: type,
    category: 'activation',
    description,
    inputs: ['x'],
    options: { axis: axisOption },
    faults({ x }, { axis }, report) {
      const normal = axis < 0 ? axis + x.shape.length : axis;
      if (normal < 1 || normal >= x.shape.length)
        report('axis', `axis must be one of an example's, 1 to ${x.shape.length - 1}, got ${axis}`);
    },
    lower: ({ emit }, { x }, { axis }) => emit.node(type, [x], { axis }),
  });

/** The slope of negative inputs is learned: one for each channel (axis 1), or one for all. */
const prelu = defineLayer({
  type: 'PRelu',
  title: 'PReLU',
  category: 'activation',
  description: 'A ReLU whose slope for negative inputs is learned.',
  inputs: ['x'],
  accepts: { x: { rank: [2, 8] } },
  options: {
    perChannel: flag({ label: 'One slope a channel', fallback: false }),
    initial: decimal({ label: 'Initial slope', fallback: 0.25, min: -10, max: 10 }),
  },
  faults({ x }, { perChannel }, report) {
    if (perChannel) requireKnown(x, 1, 'x', report);
  },
  lower(scope, { x }, { perChannel, initial }) {
    const { emit } = scope;
    const shape = shapeOf(x);
    const count = perChannel ? known(shape[1]) : 1;
    const slope = scope.parameter('weight', {
      shape: [count],
      initializer: constantInitializer(initial),
      decay: false,
    });
    return emit.node('PRelu', [x, emit.reshape(slope, [count, ...shape.slice(2).map(() => 1)])]);
  },
});

const alpha = (fallback: number): { alpha: ReturnType<typeof decimal> } => ({
  alpha: decimal({ label: 'Alpha', fallback, min: -100, max: 100 }),
});

export const activationLayers: readonly LayerDefinition[] = [
  activation,
  named('Relu', 'relu', 'max(0, x).'),
  unary('LeakyRelu', 'x where positive, alpha · x where negative.', alpha(0.01), ({ emit }, x, options) =>
    emit.node('LeakyRelu', [x], { alpha: options.alpha }),
  ),
  prelu,
  unary('Elu', 'x where positive, alpha (eˣ − 1) where negative.', alpha(1), ({ emit }, x, options) =>
    emit.node('Elu', [x], { alpha: options.alpha }),
  ),
  named('Selu', 'selu', 'An ELU scaled so that activations keep mean 0 and variance 1.'),
  unary(
    'Celu',
    'A continuously differentiable ELU.',
    { alpha: decimal({ label: 'Alpha', fallback: 1, min: 1e-3, max: 100 }) },
    ({ emit }, x, options) => emit.node('Celu', [x], { alpha: options.alpha }),
  ),
  unary(
    'Gelu',
    'x Φ(x), with the normal distribution function Φ or its tanh approximation.',
    { approximate: choice(['none', 'tanh'], { label: 'Approximation', fallback: 'none' }) },
    ({ emit }, x, { approximate }) => emit.node('Gelu', [x], { approximate }),
  ),
  named('Silu', 'silu', 'x σ(x), also called swish.'),
  named('Mish', 'mish', 'x tanh(softplus(x)).'),
  named('Tanh', 'tanh', 'The hyperbolic tangent, −1 to 1.'),
  named('Sigmoid', 'sigmoid', '1 / (1 + e⁻ˣ), 0 to 1.'),
  named('HardSigmoid', 'hardSigmoid', 'x / 6 + ½, kept between 0 and 1.'),
  named('HardSwish', 'hardSwish', 'x times the hard sigmoid.'),
  named('Softplus', 'softplus', 'ln(1 + eˣ).'),
  named('Softsign', 'softsign', 'x / (1 + |x|).'),
  unary(
    'Clip',
    'Keeps x between two bounds.',
    {
      low: decimal({ label: 'Lowest', fallback: 0 }),
      high: decimal({ label: 'Highest', fallback: 6 }),
    },
    ({ emit }, x, { low, high }) => emit.node('Clip', [x, emit.scalar(low, x), emit.scalar(high, x)]),
  ),
  alongAxis('Softmax', 'Probabilities along an axis: eˣ divided by its sum.'),
  alongAxis('LogSoftmax', 'Logarithms of the softmax.'),
];
