// Hinge losses: examples beyond the margin cost nothing (Cortes & Vapnik 1995; Crammer & Singer 2001).
import type { Value } from '../../ir/graph.js';
import { integer, number } from '../options.js';
import { classAxisOf, classCountOf, matchTarget } from '../targets.js';
import { pick } from './crossEntropy.js';
import { defineLoss, type LossContext } from './defineLoss.js';

const margin = number(1, 'Margin', { above: 0 });

/** max(0, margin − s·z), s = 2y − 1 of a target y in {0, 1}. */
function violation(context: LossContext<{ readonly margin: number }>, type: string): Value {
  const { emit, prediction, target, options } = context;
  const sign = emit.sub(emit.mul(matchTarget(emit, target, prediction, `Loss ${type}`), 2), 1);
  return emit.relu(emit.sub(options.margin, emit.mul(sign, prediction)));
}

export const hinge = defineLoss({
  type: 'hinge',
  title: 'Hinge',
  description: 'Yes or no with a margin, as a support vector machine.',
  options: { margin },
  target: 'binary',
  perExample: (context) => ({ loss: violation(context, 'hinge') }),
});

export const squaredHinge = defineLoss({
  type: 'squaredHinge',
  title: 'Squared hinge',
  description: 'The hinge loss squared, smooth at the margin.',
  options: { margin },
  target: 'binary',
  perExample: (context) => ({ loss: context.emit.square(violation(context, 'squaredHinge')) }),
});

/** Σ over v ≠ t of max(0, margin − zₜ + zᵥ)^p / V, as `torch.nn.MultiMarginLoss`. */
export const multiClassHinge = defineLoss({
  type: 'multiClassHinge',
  title: 'Multi-class hinge',
  description: 'The right class must beat every other by a margin.',
  options: { margin, power: integer(1, 'Power', { minimum: 1, maximum: 2 }) },
  target: 'classIndex',
  perExample({ emit, prediction, target, options }) {
    const axis = classAxisOf(prediction);
    const count = classCountOf(prediction, axis, 'Loss multiClassHinge');
    const excess = emit.sub(prediction, pick(emit, prediction, target, axis));
    const violated = emit.relu(emit.add(excess, options.margin));
    const raised = options.power === 2 ? emit.square(violated) : violated;
    // The right class itself always violates by the margin: its constant share is taken off.
    return { loss: emit.sub(emit.reduceMean(raised, [axis]), options.margin ** options.power / count) };
  },
});
