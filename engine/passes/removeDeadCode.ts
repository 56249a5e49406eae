// Drops nodes that no output depends on.
import type { Value } from '../ir/graph.js';
import { fixedValues } from './fixedValues.js';
import type { Pass } from './pass.js';

export const removeDeadCode: Pass = {
  name: 'remove dead code',
  run(graph) {
    const live = new Set<Value>(fixedValues(graph));
    const kept = graph.nodes.reverse().filter((node) => {
      if (!node.outputs.some((output) => live.has(output))) return false;
      node.inputs.forEach((input) => input && live.add(input));
      return true;
    });
    const changed = kept.length < graph.nodes.length;
    graph.nodes = kept.reverse();
    return changed;
  },
};
