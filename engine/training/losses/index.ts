// Every loss, by type. A new one adds its line here.
import { EngineError } from '../../ir/diagnostic.js';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { crossEntropy } from './crossEntropy.js';
import type { LossDefinition } from './defineLoss.js';
import { huber, logCosh, meanAbsoluteError, meanSquaredError, smoothL1 } from './regression.js';

export const losses: readonly LossDefinition[] = [
  crossEntropy,
  binaryCrossEntropy,
  meanSquaredError,
  meanAbsoluteError,
  huber,
  smoothL1,
  logCosh,
];

const byType = new Map(losses.map((definition) => [definition.type, definition]));

/** Throws `loss.unknown`, naming those that exist. */
export function lossOf(type: string): LossDefinition {
  const found = byType.get(type);
  if (!found)
    throw new EngineError('loss.unknown', `Loss '${type}': no such loss; there are ${[...byType.keys()].join(', ')}`);
  return found;
}
