// Graphs made fit for onnxruntime's WebGPU provider compute what they computed before, here on the processor.
import { describe, expect, it } from 'vitest';
import { isFloat } from '../../../engine/ir/dtype.js';
import type { Graph } from '../../../engine/ir/graph.js';
import { parseGraph } from '../../../engine/ir/parse.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { graphFaults } from '../../../engine/passes/graphFaults.js';
import { narrowIntegers } from '../../../engine/passes/narrowIntegers.js';
import { sessionGraph } from '../../../engine/passes/sessionGraph.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import {
  clipGraphs,
  layerGraphs,
  lossGraphs,
  metricGraphs,
  operatorGraphs,
  optimizerGraphs,
  type CatalogueGraph,
} from '../../workers/webgpu/catalogueGraphs.js';

type Feeds = Readonly<Record<string, Tensor>>;

async function run(graph: Graph, feeds: Feeds): Promise<Record<string, Tensor>> {
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!])));
  } finally {
    await session.dispose();
  }
}

/** The tensors in the types that the graph's inputs have. */
function retyped(graph: Graph, feeds: Feeds): Feeds {
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype }) => [name, tensorOf(dtype!, feeds[name]!.shape, elements(feeds[name]!))]),
  );
}

/** The largest difference relative to the largest number of an output. */
function difference(before: Tensor, after: Tensor): number {
  const [wanted, found] = [elements(before), elements(after)];
  const finite = wanted.filter(Number.isFinite).map(Math.abs);
  const scale = Math.max(1, ...finite);
  const errors = wanted.map((value, index) =>
    Object.is(value, found[index]) || value === found[index] ? 0 : Math.abs(value - found[index]!) / scale,
  );
  return errors.some(Number.isNaN) ? Infinity : Math.max(0, ...errors);
}

async function computesTheSame({ graph, feeds }: CatalogueGraph): Promise<string[]> {
  const rewritten = sessionGraph(graph);
  const faults = graphFaults(rewritten).map(String);
  if (faults.length > 0) return faults;
  const before = await run(graph, feeds);
  const after = await run(rewritten, retyped(rewritten, feeds));
  return graph.outputs
    .filter(({ name }) => !(difference(before[name]!, after[name]!) <= 1e-4))
    .map(({ name }) => `${name}: off by ${difference(before[name]!, after[name]!)}`);
}

const families: readonly (readonly [string, () => CatalogueGraph[]])[] = [
  ['operators', operatorGraphs],
  ['layers', layerGraphs],
  ['losses', lossGraphs],
  ['metrics', metricGraphs],
  ['optimizers', optimizerGraphs],
  ['clipping', clipGraphs],
];

describe('graphs for onnxruntime on the GPU', () => {
  it.each(families)('compute the same as before: %s, with gradients', async (_, graphs) => {
    const wrong: string[] = [];
    for (const entry of graphs()) {
      const faults = await computesTheSame(entry);
      if (faults.length > 0) wrong.push(`${entry.name}: ${faults.join('; ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('have no 64-bit integers besides shapes, axes and counts', () => {
    const graph = sessionGraph(
      parseGraph(`g (int64[3] i, float[4, 5] x) => (int64[3] j, int64[4] k) {
        y = Gather (x, i)
        j = Add (i, i)
        k = ArgMax <axis = 1, keepdims = 0> (x)
        z = Relu (y)
      }`),
    );
    expect([...graph.inputs, ...graph.outputs].map(({ name, dtype }) => `${name} ${dtype ?? ''}`)).toEqual([
      'i int32',
      'x float32',
      'j int32',
      'k int32',
    ]);
    const wide = graph.nodes.flatMap(({ outputs }) => outputs).filter(({ dtype }) => dtype === 'int64');
    expect(wide.map(({ producer }) => producer?.type)).toEqual(['ArgMax']);
  });

  it('leave out inputs that nothing depends on', () => {
    const graph = sessionGraph(
      parseGraph('g (float[2] x, float[3] y) => (int64[1] n, float[2] z) { n = Shape(y) z = Exp(x) }'),
    );
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
  });
});

describe('narrow integers', () => {
  it('keeps numbers at the ends of 32 bits', () => {
    const graph = parseGraph(
      'g (int64[2] i) => (int64[2] j) <int64[2] c = {9223372036854775807, -3}> { j = Min(i, c) }',
    );
    expect(narrowIntegers(graph)).toBe(true);
    expect(elements(graph.constants()[0]!.constant!)).toEqual([2147483647, -3]);
    expect(graph.outputs.map(({ dtype }) => isFloat(dtype) || dtype)).toEqual(['int32']);
  });

  it('leaves graphs with subgraphs alone', () => {
    const graph = parseGraph(`g (bool c, int64[1] i) => (int64[1] j) {
      j = If <then_branch = t () => (int64[1] a) { a = Add (i, i) }, else_branch = e () => (int64[1] b) { b = Identity (i) }> (c)
    }`);
    expect(narrowIntegers(graph)).toBe(false);
    expect(graph.inputs[1]!.dtype).toBe('int64');
  });
});
