// From a loss per element to the scalar that training descends.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf, shapeOf } from '../../ops/valueTypes.js';
import { alignWeights } from '../targets.js';
import type { ElementLoss } from './defineLoss.js';

/**
 * Σ wᵦ·uᵢ·lossᵢ / Σ wᵦ·uᵢ, with the example weights w [B] (0 for padding) and the loss's own element weights u: each
 * element counts alike, as in PyTorch's mean over a batch. 0 where all weights are 0.
 */
export function reduceLoss(emit: Emit, { loss, weight }: ElementLoss, exampleWeights: Value): Value {
  const elements = weight ? { loss, weight } : { loss: meanOfExample(emit, loss), weight: undefined };
  const aligned = alignWeights(emit, exampleWeights, rankOf(elements.loss));
  const combined = elements.weight ? emit.mul(elements.weight, aligned) : aligned;
  // Normalising the weights first leaves the gradient of the loss with no node but the normalised weights themselves.
  const normalised = emit.div(combined, emit.max(emit.reduceSum(combined), 1e-12));
  return emit.reduceSum(emit.mul(elements.loss, normalised));
}

/** The mean over all axes but the first: [B]. */
export function meanOfExample(emit: Emit, loss: Value): Value {
  const axes = shapeOf(loss).flatMap((_, axis) => (axis === 0 ? [] : [axis]));
  return axes.length ? emit.reduceMean(loss, axes) : loss;
}
