// Single dimensions: joining what two places say, and demanding a static one.
import { EngineError } from '../../ir/diagnostic.js';
import type { Node, Value } from '../../ir/graph.js';
import { dimsConflict, type Dim } from '../../ir/shape.js';
import { shapeOf, staticShapeOf } from '../valueTypes.js';

/** What is known of a dimension that two shapes must share; `undefined` when they disagree. */
export function mergeDims(a: Dim, b: Dim): Dim | undefined {
  if (dimsConflict(a, b)) return undefined;
  if (typeof a === 'number') return a;
  if (typeof b === 'number') return b;
  return a ?? b;
}

/** The size of one axis where a gradient cannot do without; throws `gradient.dynamic`. */
export function staticDim(node: Node, value: Value, axis: number): number {
  const dim = shapeOf(value)[axis];
  if (typeof dim === 'number') return dim;
  throw new EngineError(
    'gradient.dynamic',
    `${node.type} '${node.name}': the gradient needs the size of axis ${axis} of '${value.name}', got ${dim ?? '?'}; fix the dimension`,
    { node: node.name },
  );
}

/** The shape for a Reshape, its one symbolic dimension as -1; throws `value.dynamic` when there are several. */
export function openShapeOf(value: Value): number[] {
  const shape = shapeOf(value);
  if (shape.filter((dim) => typeof dim !== 'number').length > 1) return [...staticShapeOf(value)];
  return shape.map((dim) => (typeof dim === 'number' ? dim : -1));
}

/** The numbers of an input that a gradient needs as constants; throws `gradient.dynamic`. */
export function needed(node: Node, port: string, numbers: readonly number[] | undefined): readonly number[] {
  if (numbers) return numbers;
  throw new EngineError('gradient.dynamic', `${node.type} '${node.name}': the gradient needs ${port} to be constant`, {
    node: node.name,
    port,
  });
}
