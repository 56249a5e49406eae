// Every loss, by type. A new one adds its line here.
import { EngineError } from '../../ir/diagnostic.js';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { crossEntropy } from './crossEntropy.js';
import { contrastive, cosineEmbedding, tripletMargin } from './embedding.js';
import { focal } from './focal.js';
import type { LossDefinition } from './defineLoss.js';
import {
  gaussianNegativeLogLikelihood,
  kullbackLeibler,
  negativeLogLikelihood,
  poissonNegativeLogLikelihood,
} from './likelihood.js';
import { hinge, multiClassHinge, squaredHinge } from './margin.js';
import { huber, logCosh, meanAbsoluteError, meanSquaredError, smoothL1 } from './regression.js';

export type { LossSpec } from './defineLoss.js';
export { reduceLoss } from './reduceLoss.js';

export const losses: readonly LossDefinition[] = [
  crossEntropy,
  binaryCrossEntropy,
  meanSquaredError,
  meanAbsoluteError,
  huber,
  smoothL1,
  logCosh,
  hinge,
  squaredHinge,
  multiClassHinge,
  focal,
  kullbackLeibler,
  negativeLogLikelihood,
  poissonNegativeLogLikelihood,
  gaussianNegativeLogLikelihood,
  cosineEmbedding,
  tripletMargin,
  contrastive,
];

const byType = new Map(losses.map((definition) => [definition.type, definition]));

/** Throws `loss.unknown`, naming those that exist. */
export function lossOf(type: string): LossDefinition {
  const found = byType.get(type);
  if (!found)
    throw new EngineError('loss.unknown', `Loss '${type}': no such loss; there are ${[...byType.keys()].join(', ')}`);
  return found;
}
