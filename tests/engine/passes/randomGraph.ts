// Small random graphs for the passes' tests: elementwise chains, reductions and moves, with much to clean up.
import fc from 'fast-check';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { Emit } from '../../../engine/ops/emit.js';
import { staticShapeOf } from '../../../engine/ops/valueTypes.js';

/** Which operation, on which two earlier values (by index modulo their number). */
export type Step = readonly [operation: number, first: number, second: number];

export const randomSteps = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)), {
  minLength: 1,
  maxLength: 25,
});

type Operation = (emit: Emit, a: Value, b: Value) => Value;

const operations: readonly Operation[] = [
  (emit, a, b) => emit.add(a, b),
  (emit, a, b) => emit.sub(a, b),
  (emit, a, b) => emit.mul(a, b),
  (emit, a) => emit.neg(a),
  (emit, a) => emit.add(a, 0),
  (emit, a) => emit.mul(a, 1),
  (emit, a) => emit.mul(-1, a),
  (emit, a) => emit.sub(0, a),
  (emit, a) => emit.identity(a),
  (emit, a) => emit.node('Cast', [a], { to: 1 }),
  (emit, a) => emit.node('Transpose', [emit.node('Transpose', [a], { perm: [1, 0] })], { perm: [1, 0] }),
  (emit, a) => emit.node('Reshape', [emit.node('Reshape', [a, emit.ints([-1])]), emit.ints([2, 3])]),
  (emit, a) => emit.node('Expand', [a, emit.ints([2, 3])]),
  (emit, a, b) => emit.mul(a, emit.expand(emit.reduceSum(b, [1], true), [2, 3])),
  (emit, a) => emit.node('Expand', [emit.scalar(0.5, a), emit.node('Shape', [a])]),
  (emit, a) => emit.tanh(a),
  (emit, a, b) => emit.where(emit.greater(a, b), a, emit.neg(b)),
  (emit, a) => emit.add(a, emit.mul(emit.add(emit.scalar(0.25), 0.5), 2)),
  (emit, a, b) => emit.node('Max', [a, b]),
  (emit, a) => emit.node('Sum', [a]),
];

/** The graph of the steps over two fed values and a constant of shape [2, 3]; a few values are its outputs. */
export function randomGraph(steps: readonly Step[]): Graph {
  const graph = new Graph('random');
  const emit = new Emit(graph);
  const values = [
    emit.input('x', 'float32', [2, 3]),
    emit.input('y', 'float32', [2, 3]),
    emit.constant(tensorOf('float32', [2, 3], [1, -1, 0.5, 2, 0, -0.25])),
  ];
  for (const [operation, first, second] of steps) {
    const pick = (index: number): Value => values[index % values.length]!;
    values.push(operations[operation % operations.length]!(emit, pick(first), pick(second)));
  }
  const outputs = new Set(values.slice(-3).filter((value) => value.producer));
  for (const value of outputs) emit.output(value);
  for (const value of outputs) staticShapeOf(value);
  return graph;
}

export const randomFeeds: Readonly<Record<string, Tensor>> = {
  x: tensorOf('float32', [2, 3], [0.5, -1.25, 2, 0.125, -0.75, 1]),
  y: tensorOf('float32', [2, 3], [-0.5, 0.75, 1.5, -2, 0.25, 1]),
};
