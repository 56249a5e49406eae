import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, Node, Value } from '../../../engine/ir/graph.js';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

/** loss = Σ tanh(tanh(x·w1)·w2) and its parts. */
function network(): { graph: Graph; emit: Emit; x: Value; w1: Value; w2: Value; hidden: Value; loss: Value } {
  const graph = new Graph();
  const emit = new Emit(graph);
  const x = emit.input('x', 'float32', [2, 3]);
  const w1 = emit.input('w1', 'float32', [3, 4]);
  const w2 = emit.input('w2', 'float32', [4, 2]);
  const hidden = emit.tanh(emit.matMul(x, w1));
  const loss = emit.reduceSum(emit.tanh(emit.matMul(hidden, w2)));
  return { graph, emit, x, w1, w2, hidden, loss };
}

describe('differentiate builds nothing unneeded', () => {
  it('frozen parameters cost no nodes', () => {
    const cost = (pick: (parts: ReturnType<typeof network>) => Value[]): number => {
      const parts = network();
      const before = parts.graph.nodes.length;
      differentiate(parts.emit, [{ value: parts.loss }], pick(parts));
      return parts.graph.nodes.length - before;
    };
    const last = cost(({ w2 }) => [w2]);
    expect(cost(({ w1, w2 }) => [w1, w2])).toBeGreaterThan(last);
    expect(cost(() => [])).toBeLessThanOrEqual(1);
    const { graph, emit, w2, loss } = network();
    const before = graph.nodes.length;
    differentiate(emit, [{ value: loss }], [w2]);
    const matrixProducts = graph.nodes.slice(before).filter(({ type }) => type === 'MatMul' || type === 'Gemm');
    expect(matrixProducts).toHaveLength(1);
  });

  it('every emitted node serves a gradient', () => {
    const { graph, emit, x, w1, w2, loss } = network();
    const before = graph.nodes.length;
    const gradients = differentiate(emit, [{ value: loss }], [x, w1, w2]);
    const read = new Set<Value | undefined>([...gradients, ...graph.nodes.flatMap(({ inputs }) => inputs)]);
    for (const node of graph.nodes.slice(before))
      expect(
        node.outputs.some((output) => read.has(output)),
        node.name,
      ).toBe(true);
  });

  it('a value that the loss does not depend on has no gradient', () => {
    const { emit, loss, w1 } = network();
    const other = emit.input('other', 'float32', [2]);
    const [none, some] = differentiate(emit, [{ value: loss }], [other, w1]);
    expect(none).toBeUndefined();
    expect(some?.shape).toEqual([3, 4]);
  });

  it('an operator without a definition matters only on the way to a wanted value', () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const x = emit.input('x', 'float32', [2]);
    const w = emit.input('w', 'float32', [2]);
    const foreign = new Value('foreign', { dtype: 'float32', shape: [2] });
    graph.nodes.push(new Node('Mystery', 'mystery', [x], [foreign]));
    const loss = emit.reduceSum(emit.mul(foreign, w));
    expect(differentiate(emit, [{ value: loss }], [w])[0]).toBeDefined();
    expect(() => differentiate(emit, [{ value: loss }], [x])).toThrow(/Mystery 'mystery'.*cannot be trained through/);
  });
});

describe('stop-gradient', () => {
  it('counts a value as a constant', async () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const x = emit.input('x', 'float32', [2]);
    const frozen = emit.square(x);
    const loss = emit.reduceSum(emit.mul(frozen, x));
    const [through] = differentiate(emit, [{ value: loss }], [x]);
    const [stopped] = differentiate(emit, [{ value: loss }], [x], { stopAt: new Set([frozen]) });
    emit.output(through!);
    emit.output(stopped!);
    const session = await ortNative.open(encodeModel(graph), { threads: 1 });
    const results = await session.run({ x: tensorOf('float32', [2], [2, -3]) });
    await session.dispose();
    // d(x³) = 3x²; with x² held fixed: x²
    expect(elements(results[through!.name]!)).toEqual([12, 27]);
    expect(elements(results[stopped!.name]!)).toEqual([4, 9]);
  });

  it('gives no gradient to what lies behind it only', () => {
    const { emit, w1, w2, hidden, loss } = network();
    const [first, second] = differentiate(emit, [{ value: loss }], [w1, w2], { stopAt: new Set([hidden]) });
    expect(first).toBeUndefined();
    expect(second).toBeDefined();
  });
});
