// Kernel rules of activation functions.
import type { Expression } from '../expression.js';
import { Formula } from './formula.js';
import { unary, type KernelRule, type KernelRules, type RuleContext } from './kernelRule.js';

/** A function of one element as a formula. */
function formula(of: (f: Formula, x: Expression, context: RuleContext) => Expression): KernelRule {
  return unary((x, context) => of(new Formula(context.e), x, context));
}

const called = (name: string): KernelRule => formula((f, x) => f.call(name, x));

/** √(2/π), √½ */
const rootTwoOverPi = 0.7978845608028654;
const rootHalf = 0.7071067811865476;

export const activationRules: KernelRules = {
  // NaN is not below 0, so it stays.
  Relu: { ...formula((f, x) => f.select(f.compare('<', x, 0), 0, x)), picks: true },
  LeakyRelu: formula((f, x, context) =>
    f.select(f.compare('<', x, 0), f.multiply(x, context.number('alpha', 0.01)), x),
  ),
  PRelu: {
    element: (context, index) => {
      const f = new Formula(context.e);
      const x = context.input(0, index);
      return f.select(f.compare('<', x, 0), f.multiply(x, context.broadcast(1, index)), x);
    },
  },
  ThresholdedRelu: formula((f, x, context) => f.select(f.compare('>', x, context.number('alpha', 1)), x, 0)),
  Elu: formula((f, x, context) =>
    f.select(f.compare('<', x, 0), f.multiply(f.call('expMinusOne', x), context.number('alpha', 1)), x),
  ),
  Celu: formula((f, x, context) => {
    const alpha = context.number('alpha', 1);
    return f.select(f.compare('<', x, 0), f.multiply(f.call('expMinusOne', f.divide(x, alpha)), alpha), x);
  }),
  Selu: formula((f, x, context) => {
    const gamma = context.number('gamma', 1.0507010221481323);
    const alpha = context.number('alpha', 1.6732631921768188);
    return f.select(f.compare('>', x, 0), f.multiply(x, gamma), f.multiply(f.call('expMinusOne', x), gamma * alpha));
  }),
  HardSigmoid: formula((f, x, context) =>
    unit(f, f.add(f.multiply(x, context.number('alpha', 0.2)), context.number('beta', 0.5))),
  ),
  HardSwish: formula((f, x) => f.multiply(x, unit(f, f.add(f.multiply(x, 1 / 6), 0.5)))),
  Sigmoid: called('sigmoid'),
  Softplus: called('softplus'),
  Tanh: called('hyperbolicTangent'),
  Softsign: formula((f, x) => f.divide(x, f.add(f.abs(x), 1))),
  Mish: formula((f, x) => f.multiply(x, f.call('hyperbolicTangent', f.call('softplus', x)))),
  Gelu: formula((f, x, context) => {
    const half = f.multiply(x, 0.5);
    if (context.text('approximate', 'none') !== 'tanh')
      return f.multiply(half, f.add(f.call('errorFunction', f.multiply(x, rootHalf)), 1));
    const cubic = f.multiply(x, f.add(f.multiply(f.square(x), 0.044715), 1));
    return f.multiply(half, f.add(f.call('hyperbolicTangent', f.multiply(cubic, rootTwoOverPi)), 1));
  }),
};

/** Limited to [0, 1]. */
function unit(f: Formula, x: Expression): Expression {
  return f.min(f.max(x, 0), 1);
}
