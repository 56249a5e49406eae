// Every optimizer, by type. A new one adds its line here.
import { EngineError } from '../../ir/diagnostic.js';
import { adam, adamW, amsgrad } from './adam.js';
import { adamax, nadam, radam } from './adamVariants.js';
import { adadelta, adagrad, rmsprop } from './adaptive.js';
import type { OptimizerDefinition } from './defineOptimizer.js';
import { lamb, lars } from './layerwise.js';
import { lion } from './lion.js';
import { muon } from './muon.js';
import { sgd } from './sgd.js';

export type { OptimizerDefinition, OptimizerSpec } from './defineOptimizer.js';

export const optimizers: readonly OptimizerDefinition[] = [
  sgd,
  adam,
  adamW,
  amsgrad,
  nadam,
  radam,
  adamax,
  adagrad,
  adadelta,
  rmsprop,
  lion,
  lars,
  lamb,
  muon,
];

const byType = new Map(optimizers.map((definition) => [definition.type, definition]));

/** Throws `optimizer.unknown`, naming those that exist. */
export function optimizerOf(type: string): OptimizerDefinition {
  const found = byType.get(type);
  if (!found)
    throw new EngineError(
      'optimizer.unknown',
      `Optimizer '${type}': no such optimizer; there are ${[...byType.keys()].join(', ')}`,
    );
  return found;
}
