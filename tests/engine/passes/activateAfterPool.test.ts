import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { elements, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { activateAfterPool } from '../../../engine/passes/activateAfterPool.js';
import { graphFaults } from '../../../engine/passes/graphFaults.js';
import { normals } from '../../../engine/random/fields.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

const shape = [2, 3, 6, 6];
const x: Tensor<'float32'> = { dtype: 'float32', shape, data: normals({ seed: 4, purpose: 'x' }, 216) };
// Ties below, at and above zero; a window of zeros only.
x.data.set([0, 0, -1, -1, 2, 2]);
x.data.set([0, 0, -1, -2, 2, 1], 6);

interface Built {
  readonly graph: Graph;
  readonly emit: Emit;
  readonly input: Value;
  readonly activated: Value;
  readonly pooled: Value;
}

function build(attributes: { kernel_shape: number[]; strides: number[]; pads?: number[] }): Built {
  const graph = new Graph();
  const emit = new Emit(graph);
  const input = emit.input('x', 'float32', shape);
  const activated = emit.relu(input);
  return { graph, emit, input, activated, pooled: emit.node('MaxPool', [activated], attributes) };
}

const halving = { kernel_shape: [2, 2], strides: [2, 2] };
const typesOf = ({ graph }: Built): string => graph.nodes.map(({ type }) => type).join();

/** The pooled values and the gradient of x, whose seed differs from place to place. */
async function results({ graph, emit, input, pooled }: Built): Promise<number[][]> {
  const [gradient] = differentiate(emit, [{ value: emit.mul(pooled, pooled) }], [input]);
  emit.output(emit.identity(pooled));
  emit.output(gradient!);
  expect(graphFaults(graph)).toEqual([]);
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  const found = await session.run({ x });
  await session.dispose();
  return graph.outputs.map(({ name }) => elements(found[name]!));
}

describe('Relu behind max-pools', () => {
  it.each([
    ['tiling windows', halving],
    ['overlapping, padded windows', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ])('keeps values and gradients to the bit: %s', async (_name, attributes) => {
    const plain = build(attributes);
    const moved = build(attributes);
    expect(activateAfterPool(moved.graph)).toBe(true);
    expect(typesOf(moved)).toBe('MaxPool,Relu');
    expect(activateAfterPool(moved.graph)).toBe(false);
    expect(await results(moved)).toEqual(await results(plain));
  });

  it('leaves a Relu whose values are read elsewhere or kept', () => {
    const shared = build(halving);
    shared.emit.tanh(shared.activated);
    expect(activateAfterPool(shared.graph)).toBe(false);
    const kept = build(halving);
    expect(activateAfterPool(kept.graph, new Set([kept.activated]))).toBe(false);
    const output = build(halving);
    output.emit.output(output.activated);
    expect(activateAfterPool(output.graph)).toBe(false);
  });

  it('leaves a pool that gives indices', () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const activated = emit.relu(emit.input('x', 'float32', shape));
    emit.nodes('MaxPool', [activated], halving, 2);
    expect(activateAfterPool(graph)).toBe(false);
  });
});
