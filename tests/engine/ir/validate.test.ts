import { describe, expect, it } from 'vitest';
import { Node, Value, type Graph } from '../../../engine/ir/graph.js';
import { parseGraph } from '../../../engine/ir/parse.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { topologicalOrder } from '../../../engine/ir/topologicalOrder.js';
import { validate } from '../../../engine/ir/validate.js';
import { validateGraph } from '../../../engine/ops/validateGraph.js';

const good = (): Graph =>
  parseGraph('g (float[2] x) => (float[2] z) <float[2] w = {1, 2}> { y = Add(x, w) z = Neg(y) }');
const codes = (graph: Graph): string[] => validate(graph).map(({ code }) => code);

describe('validation of a graph', () => {
  it('finds nothing in a good one', () => {
    expect(validateGraph(good())).toEqual([]);
  });

  it('finds values read before they are made, made twice and made by nothing, all at once', () => {
    const graph = good();
    graph.nodes.reverse();
    graph.outputs.push(new Value('nowhere'));
    graph.nodes.push(new Node('Abs', 'abs', [graph.inputs[0]], [graph.outputs[0]!]));
    expect(codes(graph)).toEqual([
      'graph.order',
      'graph.producer',
      'graph.madeTwice',
      'graph.missingValue',
      'graph.unused',
    ]);
    expect(validate(graph)[0]).toMatchObject({ place: { node: 'Neg', port: 'y' } });
  });

  it('finds names given twice and constants that do not fill their shape', () => {
    const graph = good();
    graph.nodes[1]!.name = 'Add';
    graph.inputs[0]!.name = 'z';
    graph.constants()[0]!.constant = { ...tensorOf('float32', [2], [1, 2]), shape: [3] };
    expect(codes(graph).sort()).toEqual(['graph.constant', 'graph.duplicateName', 'graph.duplicateName']);
  });

  it('warns of nodes that nothing depends on, and sees into subgraphs', () => {
    const graph = parseGraph(`g (bool c, float[2] x) => (float[2] y) {
      a = Neg(x)
      b = Abs(x)
      y = If<then_branch = t () => (p) { p = Neg(a) }, else_branch = e () => (q) { q = Neg(x) }>(c)
    }`);
    expect(validate(graph)).toMatchObject([{ code: 'graph.unused', severity: 'warning', place: { node: 'Abs' } }]);
    const inner = graph.nodes[2]!.attributes.then_branch!.value as Graph;
    inner.nodes[0]!.inputs[0] = new Value('ghost');
    expect(codes(graph)).toContain('graph.order');
  });

  it('checks operators by their rules and names those without one', () => {
    const graph = parseGraph('g (float[2, 3] x, float[2, 3] w) => (y) { t = MatMul(x, w) y = com.example.Thing(t) }');
    const found = validateGraph(graph);
    expect(found.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning operator.unknown',
      'error op.invalid',
    ]);
    expect(graph.nodes[0]!.outputs[0]!.shape).toBeUndefined();
  });

  it('finds declared types that contradict the inferred ones', () => {
    const graph = parseGraph('g (float[2] x) => (int64[3] y) { y = Neg(x) }');
    expect(validateGraph(graph).map(({ code }) => code)).toEqual(['type.conflict', 'shape.conflict']);
  });
});

describe('topological order', () => {
  it('keeps a good order, sorts a bad one, and names a node of a cycle', () => {
    const graph = good();
    expect(topologicalOrder(graph.nodes).nodes).toEqual(graph.nodes);
    expect(topologicalOrder([...graph.nodes].reverse()).nodes).toEqual(graph.nodes);
    graph.nodes[0]!.inputs[0] = graph.nodes[1]!.outputs[0];
    expect(topologicalOrder(graph.nodes).cyclic).toBeDefined();
  });

  it('of a hundred thousand nodes in reverse takes no deep stack', () => {
    const x = new Value('x');
    const nodes: Node[] = [];
    let last = x;
    for (let index = 0; index < 100_000; index++) {
      const next = new Value(`v${index}`);
      nodes.push(new Node('Neg', `n${index}`, [last], [next]));
      last = next;
    }
    expect(topologicalOrder(nodes.slice().reverse()).nodes[0]).toBe(nodes[0]);
  });
});
