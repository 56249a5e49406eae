// Every case of every operator, and every layer, written at older opsets: onnxruntime must compute the same.
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { elements, type Tensor } from '../../../engine/ir/tensor.js';
import { decodeModel } from '../../../engine/onnx/decode.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { allCases } from '../../../engine/ops/cases.js';
import type { OpCase } from '../../../engine/ops/defineCases.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { layerCases } from '../layers/layerCases.js';
import { feedsOf, lowerCase } from '../layers/runLayer.js';

async function run(
  graph: Graph,
  opset: number | undefined,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const session = await ortNative.open(encodeModel(graph, opset === undefined ? {} : { opset }), { threads: 1 });
  try {
    return await session.run(
      Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name))),
    );
  } finally {
    await session.dispose();
  }
}

function expectSame(actual: Readonly<Record<string, Tensor>>, expected: Readonly<Record<string, Tensor>>): void {
  for (const [name, tensor] of Object.entries(expected)) {
    expect(actual[name]!.shape).toEqual(tensor.shape);
    const got = elements(actual[name]!);
    elements(tensor).forEach((value, at) => {
      if (Object.is(value, got[at]) || value === got[at]) return;
      expect(Math.abs(value - got[at]!)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(value)));
    });
  }
}

function graphOf(type: string, example: OpCase): { graph: Graph; feeds: Record<string, Tensor> } {
  const graph = new Graph(type);
  const emit = new Emit(graph);
  const feeds: Record<string, Tensor> = {};
  const inputs = example.inputs.map((input, index): Value | undefined => {
    if (!input) return undefined;
    if (input.constant) return emit.constant(input.tensor);
    const value = emit.input(`x${index}`, input.tensor.dtype, input.tensor.shape);
    feeds[value.name] = input.tensor;
    return value;
  });
  emit.nodes(type, inputs, example.attributes ?? {}, example.outputs ?? 1).forEach((value) => emit.output(value));
  return { graph, feeds };
}

/** What opset 17 cannot say. */
const refusals = new Set([
  'dilations needs opset 19 or later',
  'dilations needs opset 18 or later',
  'ceil_mode needs opset 18 or later',
  'antialias needs opset 18 or later',
  'keep_aspect_ratio_policy needs opset 18 or later',
  'noop_with_empty_axes needs opset 18 or later',
  'mode wrap needs opset 19 or later',
  'half_pixel_symmetric needs opset 19 or later',
  'anything but images needs opset 20 or later',
  'reduction max needs opset 18 or later',
  'reduction min needs opset 18 or later',
]);

describe.each([17, 18, 20])('operators at opset %i', (opset) => {
  it.each(allCases.filter(({ type }) => type !== 'Constant'))('$type', async ({ type, cases }) => {
    for (const example of cases) {
      const { graph, feeds } = graphOf(type, example);
      try {
        const old = await run(graph, opset, feeds);
        expectSame(old, await run(graph, undefined, feeds));
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'onnx.downgrade') throw error;
        expect(refusals).toContain(error.message.replace(/^.*': /, ''));
      }
    }
  });
});

describe('layers at opset 17', () => {
  it.each(layerCases)('$type: $name', async (layer) => {
    const lowered = lowerCase(layer, false, 'batch');
    const feeds = feedsOf(layer, lowered, 2);
    const before = encodeModel(lowered.graph);
    expectSame(await run(lowered.graph, 17, feeds), await run(lowered.graph, undefined, feeds));
    expect(encodeModel(lowered.graph)).toEqual(before);
    expect(decodeModel(encodeModel(lowered.graph, { opset: 17 })).opsets).toEqual({ '': 17 });
  });
});

it('refuses to write opsets before 17', () => {
  expect(() => encodeModel(new Graph('g'), { opset: 16 })).toThrow('opset 17 or later, got 16');
});
