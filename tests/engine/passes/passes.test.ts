import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { eliminateCommonSubexpressions } from '../../../engine/passes/eliminateCommonSubexpressions.js';
import { foldConstants } from '../../../engine/passes/foldConstants.js';
import { graphFaults } from '../../../engine/passes/graphFaults.js';
import type { Pass } from '../../../engine/passes/pass.js';
import { removeDeadCode } from '../../../engine/passes/removeDeadCode.js';
import { runPasses, standardPasses } from '../../../engine/passes/runPasses.js';
import { simplify } from '../../../engine/passes/simplify.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { randomFeeds, randomGraph, randomSteps } from './randomGraph.js';

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<number[][]> {
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  const results = await session.run(feeds);
  await session.dispose();
  return graph.outputs.map(({ name }) => elements(results[name]!));
}

/** Builds a graph with the inputs x and y of shape [2, 3], runs the pass, and gives the types of what is left. */
function typesAfter(pass: Pass, build: (emit: Emit, x: Value, y: Value) => Value): string[] {
  const graph = new Graph();
  const emit = new Emit(graph);
  const built = build(emit, emit.input('x', 'float32', [2, 3]), emit.input('y', 'float32', [2, 3]));
  emit.output(emit.tanh(built));
  expect(graphFaults(graph)).toEqual([]);
  pass.run(graph);
  removeDeadCode.run(graph);
  expect(graphFaults(graph)).toEqual([]);
  return graph.nodes.slice(0, -1).map(({ type }) => type);
}

describe('every pass keeps the outputs of random graphs', () => {
  const all: Pass = { name: 'all to a fixed point', run: (graph) => (runPasses(graph), true) };
  for (const pass of [...standardPasses, all])
    it(pass.name, async () => {
      await fc.assert(
        fc.asyncProperty(randomSteps, async (steps) => {
          const graph = randomGraph(steps);
          expect(graphFaults(graph)).toEqual([]);
          const names = graph.outputs.map(({ name }) => name);
          const before = await run(graph, randomFeeds);
          pass.run(graph);
          expect(graphFaults(graph)).toEqual([]);
          expect(graph.outputs.map(({ name }) => name)).toEqual(names);
          const after = await run(graph, randomFeeds);
          after.forEach((values, output) =>
            values.forEach((value, index) => {
              const wanted = before[output]![index]!;
              const close = Object.is(value, wanted) || Math.abs(value - wanted) <= 1e-5 * (1 + Math.abs(wanted));
              expect(close, `${value} for ${wanted}`).toBe(true);
            }),
          );
        }),
        { numRuns: 40, seed: 7 },
      );
    });
});

describe('foldConstants', () => {
  it('evaluates a chain of constants in one sweep', () => {
    expect(typesAfter(foldConstants, (emit, x) => emit.mul(x, emit.add(emit.neg(emit.scalar(2)), 3)))).toEqual(['Mul']);
  });

  it('knows the shape of a value that it does not know', () => {
    const types = typesAfter(foldConstants, (emit, x) =>
      emit.node('Expand', [emit.scalar(1), emit.node('Shape', [x])]),
    );
    expect(types).toEqual([]);
  });

  it('keeps integers exact', () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const big = tensorOf('int64', [1], [0]);
    big.data[0] = 2n ** 62n + 1n;
    emit.output(emit.add(emit.constant(big), emit.ints([2])));
    foldConstants.run(graph);
    expect(graph.nodes[0]!.inputs[0]!.constant!.data[0]).toBe(2n ** 62n + 3n);
  });

  it('leaves blocks of one number to the runtime', () => {
    const types = typesAfter(foldConstants, (emit, x) => {
      const block = emit.node('ConstantOfShape', [emit.ints([1000])]);
      return emit.add(x, emit.reduceSum(block));
    });
    expect(types[0]).toBe('ConstantOfShape');
  });
});

describe('eliminateCommonSubexpressions', () => {
  it('merges equal nodes over equal inputs, through their consumers', () => {
    const types = typesAfter(eliminateCommonSubexpressions, (emit, x, y) =>
      emit.mul(emit.exp(emit.add(x, y)), emit.exp(emit.add(x, y))),
    );
    expect(types).toEqual(['Add', 'Exp', 'Mul']);
  });

  it('tells attributes, order of operands and the sign of a zero constant apart', () => {
    const types = typesAfter(eliminateCommonSubexpressions, (emit, x, y) => {
      const leaky = emit.add(emit.node('LeakyRelu', [x], { alpha: 0.1 }), emit.node('LeakyRelu', [x], { alpha: 0.2 }));
      const differences = emit.mul(emit.sub(x, y), emit.sub(y, x));
      const zero = emit.constant(tensorOf('float32', [2, 3], [0, 0, 0, 0, 0, 0]));
      const negative = emit.constant(tensorOf('float32', [2, 3], [-0, 0, 0, 0, 0, 0]));
      return emit.add(emit.add(leaky, differences), emit.sub(emit.div(x, zero), emit.div(x, negative)));
    });
    expect(types).toHaveLength(11);
  });

  it('names both of two equal outputs', async () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const x = emit.input('x', 'float32', [2, 3]);
    const outputs = [emit.exp(x), emit.exp(x)];
    outputs.forEach((output) => emit.output(output));
    eliminateCommonSubexpressions.run(graph);
    expect(graph.nodes.map(({ type }) => type)).toEqual(['Exp', 'Identity']);
    const [first, second] = await run(graph, { x: randomFeeds.x! });
    expect(second).toEqual(first);
  });
});

describe('removeDeadCode', () => {
  it('drops what no output needs', () => {
    expect(
      typesAfter(removeDeadCode, (emit, x, y) => {
        emit.exp(emit.mul(x, y));
        return emit.neg(x);
      }),
    ).toEqual(['Neg']);
  });
});

describe('simplify', () => {
  const cases: readonly [string, (emit: Emit, x: Value, y: Value) => Value, readonly string[]][] = [
    ['x · 1', (emit, x) => emit.mul(1, emit.mul(x, 1)), []],
    ['x + 0 and x − 0', (emit, x) => emit.sub(emit.add(0, emit.add(x, 0)), 0), []],
    ['x / 1 and x to the power 1', (emit, x) => emit.pow(emit.div(x, 1), 1), []],
    ['−(−x)', (emit, x) => emit.neg(emit.neg(x)), []],
    ['x · −1', (emit, x) => emit.mul(x, -1), ['Neg']],
    ['x + (−y)', (emit, x, y) => emit.add(x, emit.neg(y)), ['Sub']],
    ['x − (−y)', (emit, x, y) => emit.sub(x, emit.neg(y)), ['Add']],
    ['0 − x', (emit, x) => emit.sub(0, x), ['Neg']],
    ['a chain of Identity', (emit, x) => emit.identity(emit.identity(x)), []],
    ['a Cast to its own type', (emit, x) => emit.node('Cast', [x], { to: 1 }), []],
    ['Transpose of Transpose', (emit, x) => emit.transpose(emit.transpose(x, [1, 0]), [1, 0]), []],
    ['Reshape of Reshape', (emit, x) => emit.reshape(emit.reshape(x, [6]), [3, 2]), ['Reshape']],
    ['Reshape there and back', (emit, x) => emit.reshape(emit.unsqueeze(emit.reshape(x, [6]), [0]), [2, 3]), []],
    ['Expand to the same shape', (emit, x) => emit.node('Expand', [x, emit.ints([2, 3])]), []],
    ['Expand before a broadcast', (emit, x) => emit.mul(x, emit.full([2, 3], 2)), ['Mul']],
    ['a sum over an axis of one', (emit, x) => emit.reduceSum(emit.unsqueeze(x, [1]), [1]), []],
    ['a Pad of nothing', (emit, x) => emit.node('Pad', [x, emit.ints([0, 0, 0, 0])]), []],
    ['0 · x, which may be NaN', (emit, x) => emit.mul(x, 0), ['Mul']],
    [
      '0 + scalar that broadcasts',
      (emit, x) => emit.add(emit.reduceSum(x), emit.full([2, 3], 0)),
      ['ReduceSum', 'Expand', 'Add'],
    ],
  ];
  for (const [name, build, left] of cases)
    it(`${name}: leaves ${left.join(', ') || 'nothing'}`, () => {
      const pass: Pass = { name: 'simplify', run: (graph) => (runPasses(graph, [simplify, removeDeadCode]), true) };
      expect(typesAfter(pass, build)).toEqual(left);
    });
});

describe('runPasses', () => {
  it('shrinks a gradient graph and keeps its result', async () => {
    const build = (): Graph => {
      const graph = new Graph();
      const emit = new Emit(graph);
      const x = emit.input('x', 'float32', [2, 3]);
      const y = emit.input('y', 'float32', [2, 3]);
      const loss = emit.reduceSum(emit.mul(emit.tanh(emit.mul(x, y)), emit.sigmoid(x)));
      for (const gradient of differentiate(emit, [{ value: loss }], [x, y])) emit.output(gradient!);
      return graph;
    };
    const [plain, cleaned] = [build(), build()];
    runPasses(cleaned);
    expect(cleaned.nodes.length).toBeLessThan(plain.nodes.length);
    const [before, after] = [await run(plain, randomFeeds), await run(cleaned, randomFeeds)];
    expect(after).toEqual(before);
  });

  it('refuses passes that never rest', () => {
    const restless: Pass = { name: 'restless', run: () => true };
    expect(() => runPasses(new Graph(), [restless])).toThrow(/restless: still changing the graph after 20 rounds/);
  });

  it('goes through 8,000 nodes', () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    let value = emit.input('x', 'float32', [4]);
    for (let index = 0; index < 2000; index++)
      value = emit.neg(emit.tanh(emit.add(emit.mul(value, 1), emit.neg(value))));
    emit.output(value);
    runPasses(graph);
    expect(graphFaults(graph)).toEqual([]);
    expect(graph.nodes.length).toBeLessThanOrEqual(6000);
  });
});
