import { expect, it } from 'vitest';
import { Graph } from '../../../engine/ir/graph.js';
import { elements } from '../../../engine/ir/tensor.js';
import { spread } from '../../../engine/ops/defineCases.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { legalize } from '../../../engine/passes/legalize.js';
import { removeDeadCode } from '../../../engine/passes/removeDeadCode.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

async function run(momentum: number, forWebGpu: boolean): Promise<number[][]> {
  const graph = new Graph();
  const emit = new Emit(graph);
  const feeds = {
    x: spread([4, 3, 5, 2], -2, 3, 1).tensor,
    scale: spread([3], 0.5, 2, 2).tensor,
    bias: spread([3], -1, 1, 3).tensor,
    mean: spread([3], -1, 1, 4).tensor,
    variance: spread([3], 1, 2, 5).tensor,
  };
  const inputs = Object.entries(feeds).map(([name, { shape }]) => emit.input(name, 'float32', shape));
  const attributes = { training_mode: true, momentum };
  for (const output of emit.nodes('BatchNormalization', inputs, attributes, 3)) emit.output(emit.tanh(output));
  if (forWebGpu) {
    legalize('webgpu').run(graph);
    removeDeadCode.run(graph);
    expect(graph.nodes.some(({ type }) => type === 'BatchNormalization')).toBe(false);
  }
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  const found = await session.run(feeds);
  await session.dispose();
  return graph.outputs.map(({ name }) => elements(found[name]!));
}

it.each([0, 0.9])('batch statistics in primitives are those of onnxruntime, with momentum %d', async (momentum) => {
  const expected = (await run(momentum, false)).flat();
  const found = (await run(momentum, true)).flat();
  const error = Math.max(...found.map((value, index) => Math.abs(value - expected[index]!)));
  expect(found.length).toBe(expected.length);
  expect(error).toBeLessThan(1e-5);
});
