// How ScatterElements and ScatterND combine updates with what is there.
import { EngineError } from '../../ir/diagnostic.js';
import type { Node } from '../../ir/graph.js';
import { oneOf } from '../attributes.js';

export const scatterReduction = oneOf(['none', 'add', 'mul', 'max', 'min'], 'none');

/** Whether updates add to the data (true) or replace it; the other reductions have no gradient here. */
export function addsUp(node: Node, reduction: string): boolean {
  if (reduction === 'add' || reduction === 'none') return reduction === 'add';
  throw new EngineError(
    'gradient.missing',
    `${node.type} '${node.name}': not differentiable with reduction ${reduction}; only none and add are`,
    { node: node.name, port: 'reduction' },
  );
}
