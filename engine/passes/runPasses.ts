// Runs passes over a graph until none changes it any more.
import { EngineError } from '../ir/diagnostic.js';
import type { Graph } from '../ir/graph.js';
import { eliminateCommonSubexpressions } from './eliminateCommonSubexpressions.js';
import { foldConstants } from './foldConstants.js';
import type { Pass } from './pass.js';
import { removeDeadCode } from './removeDeadCode.js';
import { simplify } from './simplify.js';

/**
 * What every step graph goes through. Dead code goes first, so that the others see less; an Expand is rather
 * left out (simplify) than written out (fold).
 */
export const standardPasses: readonly Pass[] = [removeDeadCode, simplify, foldConstants, eliminateCommonSubexpressions];

/** More rounds than any graph of this size of rule needs; beyond it two rules undo each other. */
const roundLimit = 20;

/** Repeats the passes in order to a fixed point, then drops dead nodes. Throws `passes.endless` at the bound. */
export function runPasses(graph: Graph, passes: readonly Pass[] = standardPasses): void {
  for (let round = 0; round < roundLimit; round++) {
    const changed = passes.filter((pass) => pass.run(graph));
    if (changed.length > 0) continue;
    removeDeadCode.run(graph);
    return;
  }
  const names = passes.map(({ name }) => name).join(', ');
  throw new EngineError('passes.endless', `passes ${names}: still changing the graph after ${roundLimit} rounds`);
}
