import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { spread } from '../../../engine/ops/defineCases.js';
import { Emit } from '../../../engine/ops/emit.js';
import { eliminateCommonSubexpressions } from '../../../engine/passes/eliminateCommonSubexpressions.js';
import { graphFaults } from '../../../engine/passes/graphFaults.js';
import { peakActivationBytes } from '../../../engine/passes/peakActivationBytes.js';
import { removeDeadCode } from '../../../engine/passes/removeDeadCode.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';

const layers = 16;
const width = 8;
const batch = 32;

interface Chain {
  readonly graph: Graph;
  readonly emit: Emit;
  readonly x: Value;
  readonly weights: readonly Value[];
  readonly activations: readonly Value[];
  readonly loss: Value;
}

/** Layers of 0.7·(t + sigmoid(t)) with t = tanh(x·W + b): three activations a layer to keep or to recompute. */
function chain(): Chain {
  const graph = new Graph();
  const emit = new Emit(graph);
  const x = emit.input('x', 'float32', [batch, width]);
  const weights: Value[] = [];
  const activations: Value[] = [];
  let value = x;
  for (let layer = 0; layer < layers; layer++) {
    const weight = emit.input(`w${layer}`, 'float32', [width, width]);
    const bias = emit.input(`b${layer}`, 'float32', [width]);
    weights.push(weight, bias);
    const inner = emit.tanh(emit.add(emit.matMul(value, weight), bias));
    value = emit.mul(emit.add(inner, emit.sigmoid(inner)), 0.7);
    activations.push(value);
  }
  return { graph, emit, x, weights, activations, loss: emit.reduceSum(emit.square(value)) };
}

/** The gradients of every weight and of x, keeping every fourth activation or all of them. */
function trained(checkpointed: boolean): Graph {
  const { graph, emit, x, weights, activations, loss } = chain();
  const keep = new Set(activations.filter((_, layer) => layer % 4 === 3));
  const gradients = differentiate(emit, [{ value: loss }], [x, ...weights], checkpointed ? { keep } : {});
  for (const gradient of gradients) emit.output(gradient!);
  removeDeadCode.run(graph);
  expect(graphFaults(graph)).toEqual([]);
  return graph;
}

function feedsOf(graph: Graph, broken = false): Record<string, Tensor> {
  const feeds = graph.inputs.map(({ name, shape }, index) => {
    const { tensor } = spread(shape as readonly number[], -0.5, 0.5, index + 1);
    return [name, tensor] as const;
  });
  const result: Record<string, Tensor> = Object.fromEntries(feeds);
  if (broken) result.x = tensorOf('float32', [batch, width], new Float32Array(batch * width).fill(NaN, 0, 1));
  return result;
}

async function run(backend: Backend, graph: Graph, broken = false): Promise<number[][]> {
  const session = await backend.open(encodeModel(graph), { threads: 1 });
  const results = await session.run(feedsOf(graph, broken));
  await session.dispose();
  return graph.outputs.map(({ name }) => elements(results[name]!));
}

describe.each<Backend>([ortNative, ortWasm])('checkpointing on $name', (backend) => {
  it('gives the same gradients', async () => {
    const [plain, checkpointed] = [await run(backend, trained(false)), await run(backend, trained(true))];
    expect(checkpointed).toHaveLength(plain.length);
    checkpointed.forEach((values, output) =>
      values.forEach((value, index) => expect(value).toBeCloseTo(plain[output]![index]!, 5)),
    );
  });

  it('spreads a NaN no further than without', async () => {
    const finite = (values: number[][]): boolean[][] => values.map((list) => list.map(Number.isFinite));
    const [plain, checkpointed] = [await run(backend, trained(false), true), await run(backend, trained(true), true)];
    expect(finite(checkpointed)).toEqual(finite(plain));
    expect(finite(plain).flat()).toContain(true);
  });
});

describe('checkpointing', () => {
  it('lowers the peak of live activations', () => {
    const [plain, checkpointed] = [peakActivationBytes(trained(false)), peakActivationBytes(trained(true))];
    expect(checkpointed).toBeLessThan(0.6 * plain);
  });

  it('is not undone by merging equal nodes', () => {
    const graph = trained(true);
    const before = peakActivationBytes(graph);
    eliminateCommonSubexpressions.run(graph);
    runPasses(graph);
    expect(graphFaults(graph)).toEqual([]);
    expect(peakActivationBytes(graph)).toBeLessThanOrEqual(1.05 * before);
  });

  it('computes each layer twice where the last of them ends a segment', () => {
    const count = (graph: Graph): number => graph.nodes.filter(({ type }) => type === 'Tanh').length;
    expect(count(trained(false))).toBe(layers);
    expect(count(trained(true))).toBe(2 * layers);
  });
});

describe('peakActivationBytes', () => {
  it('counts a value from its node to its last reader', () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const x = emit.input('x', 'float32', [4]);
    const a = emit.exp(x);
    const b = emit.neg(a);
    emit.output(emit.add(emit.tanh(b), x));
    // exp + neg, then neg + tanh, then tanh + add: two of 16 bytes at a time
    expect(peakActivationBytes(graph)).toBe(32);
  });
});
