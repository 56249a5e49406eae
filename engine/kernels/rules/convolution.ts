// Kernel rules of Conv and ConvTranspose: sums of products of an input element, 0 in the padding, and a weight.
import { readAttributes } from '../../ops/attributes.js';
import { adjointOf, convTransposeAttributes } from '../../ops/convolution/convTranspose.js';
import type { Expression } from '../expression.js';
import { all, both, Formula, isWithin, orZero, sumOver, wide } from './formula.js';
import type { KernelRules, RuleContext } from './kernelRule.js';
import { convolutionGeometry, isInside, positionsOf } from './windows.js';

export const convolutionRules: KernelRules = {
  // Y[n, o, y…] = Σ_{c, k…} X[n, g·C + c, s·y + d·k − pad …] · W[o, c, k…] + B[o]
  Conv: {
    element: (context, [batch, channel, ...place]) => {
      const { e } = context;
      const geometry = convolutionGeometry(context.node);
      const [outputs, inputs] = context.inputShape(1) as [number, number];
      const first = firstOfGroup(context, channel!, outputs, inputs);
      const total = sumOver(e, context.outputType(), [inputs, ...geometry.kernel], ([inner, ...tap]) => {
        const position = positionsOf(e, geometry, place, tap);
        const x = context.input(0, [batch!, e.add(first, inner!), ...position]);
        return e.call('*', [
          wide(e, orZero(e, isInside(e, position, geometry.input), x)),
          wide(e, context.input(1, [channel!, inner!, ...tap])),
        ]);
      });
      return withBias(context, total, channel!);
    },
  },
  ConvTranspose: { element: transposed },
};

/** First input channel of the group that an output channel belongs to. */
function firstOfGroup({ e, node }: RuleContext, channel: Expression, outputs: number, inputs: number): Expression {
  const group = node.attributes.group?.kind === 'int' ? node.attributes.group.value : 1;
  return group === 1 ? e.int(0) : e.scale(e.divide(channel, outputs / group), inputs);
}

function withBias(context: RuleContext, total: Expression, channel: Expression): Expression {
  return context.has(2) ? new Formula(context.e).add(total, context.input(2, [channel])) : total;
}

/** Y[n, g·O + o, y…] = Σ_{c, k…} X[n, g·C + c, (y + pad − d·k)/s …] · W[g·C + c, o, k…] + B[g·O + o], where s divides. */
function transposed(context: RuleContext, [batch, channel, ...place]: readonly Expression[]): Expression {
  const { e, node } = context;
  const values = readAttributes(convTransposeAttributes, node.attributes, node.type, node.name);
  const geometry = adjointOf(node.inputs[0]!, node.inputs[1]!, node.outputs[0]!, values);
  const [inputs, outputs] = context.inputShape(1) as [number, number];
  const perGroup = inputs / values.group;
  const first = values.group === 1 ? e.int(0) : e.scale(e.divide(channel!, outputs), perGroup);
  const total = sumOver(e, context.outputType(), [perGroup, ...geometry.kernel], ([inner, ...tap]) => {
    const steps = place.map((at, axis) =>
      e.add(at, geometry.begins[axis]!, e.scale(tap[axis]!, -geometry.dilations[axis]!)),
    );
    const position = steps.map((step, axis) => e.divide(step, geometry.strides[axis]!));
    const reached = position.map((at, axis) => {
      const rest = e.remainder(steps[axis]!, geometry.strides[axis]!);
      const whole =
        rest.kind === 'constant' ? e.constant('bool', Number(rest.value === 0)) : e.call('==', [rest, e.int(0)]);
      return both(e, whole, isWithin(e, at, geometry.output[axis]!));
    });
    const from = e.add(first, inner!);
    return e.call('*', [
      wide(e, orZero(e, all(e, reached), context.input(0, [batch!, from, ...position]))),
      wide(e, context.input(1, [from, e.remainder(channel!, outputs), ...tap])),
    ]);
  });
  return withBias(context, total, channel!);
}
