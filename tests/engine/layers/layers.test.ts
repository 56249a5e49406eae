import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../../engine/ops/index.js';
import { allLayers } from '../../../engine/layers/index.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { isFloat } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { normals } from '../../../engine/random/fields.js';
import { layerCases } from './layerCases.js';
import { addGradients, feedsOf, isShape, lowerCase, runGraph } from './runLayer.js';

const batch = 4;

describe.each(layerCases)('$type: $name', (layer) => {
  it('infers the shape that is computed, with any batch', async () => {
    const lowered = lowerCase(layer, false, 'batch');
    const output = lowered.outputs[0]!;
    expect(output.shape).toEqual(['batch', ...layer.output]);
    const result = (await runGraph(lowered, feedsOf(layer, lowered, batch)))[output.name]!;
    expect(result.shape).toEqual([batch, ...layer.output]);
    expect(Array.from(result.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it('trains with a fixed batch', async () => {
    const lowered = lowerCase(layer, true, batch);
    const output = lowered.outputs[0]!;
    expect(output.shape).toEqual([batch, ...layer.output]);
    const result = (await runGraph(lowered, feedsOf(layer, lowered, batch)))[output.name]!;
    expect(result.shape).toEqual([batch, ...layer.output]);
    if (layer.sameInTraining === false) return;
    const evaluation = lowerCase(layer, false, 'batch');
    const other = await runGraph(evaluation, feedsOf(layer, evaluation, batch));
    expectClose(result.data as Float32Array, other[evaluation.outputs[0]!.name]!.data as Float32Array, 1e-4);
  });

  it('declares the tensors and the number of parameters of PyTorch', () => {
    const { parameters, buffers } = lowerCase(layer, false, 'batch').host;
    expect(parameters.reduce((sum, { declaration }) => sum + sizeOf(declaration.shape), 0)).toBe(layer.parameters);
    if (layer.tensors)
      expect([...parameters, ...buffers].map(({ name }) => name.replace(/^layer\./, ''))).toEqual(layer.tensors);
  });

  it('has gradients of its parameters and inputs that agree with finite differences', async () => {
    if (layer.gradient) await checkGradients(layer);
    else {
      const lowered = lowerCase(layer, true, batch);
      const wanted = lowered.graph.inputs.filter((input) => isFloat(input.dtype));
      if (wanted.every((value) => value.name.startsWith('x') && layer.options?.function === 'sign')) return;
      addGradients(lowered, wanted);
      for (const node of lowered.graph.nodes) expect(definitionOf(node.type, node.domain)).toBeDefined();
    }
  });
});

async function checkGradients(layer: (typeof layerCases)[number]): Promise<void> {
  const lowered = lowerCase(layer, true, batch);
  const feeds = feedsOf(layer, lowered, batch);
  const wanted = [
    ...layer.inputs.flatMap((input, index) => (isShape(input) ? [lowered.inputs.get(`x${index}`)!] : [])),
    ...lowered.host.parameters.map(({ value }) => value),
  ];
  const output = lowered.outputs[0]!;
  const shape = output.shape as readonly number[];
  feeds.direction = tensorOf('float32', shape, normals({ seed: 3, purpose: 'direction' }, sizeOf(shape)));
  const gradients = addGradients(lowered, wanted);
  const analytic = await runGraph(lowered, feeds);
  const lossAt = async (step: number, name: string, along: Float32Array): Promise<number> => {
    const moved = (feeds[name]!.data as Float32Array).map((value, index) => value + step * along[index]!);
    const result = await runGraph(lowered, { ...feeds, [name]: tensorOf('float32', feeds[name]!.shape, moved) });
    const values = result[output.name]!.data as Float32Array;
    return values.reduce((sum, value, index) => sum + value * Number(feeds.direction!.data[index]!), 0);
  };
  for (const [name, gradient] of gradients) {
    const along = normals({ seed: 5, purpose: name }, feeds[name]!.data.length);
    const slope = ((await lossAt(5e-3, name, along)) - (await lossAt(-5e-3, name, along))) / 1e-2;
    const values = analytic[gradient.name]!.data as Float32Array;
    const expected = values.reduce((sum, value, index) => sum + value * along[index]!, 0);
    expect(Math.abs(slope - expected) / (1 + Math.abs(expected)), `gradient of ${name}`).toBeLessThan(1e-2);
  }
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < actual.length; index++)
    expect(Math.abs(actual[index]! - expected[index]!)).toBeLessThan(tolerance * (1 + Math.abs(expected[index]!)));
}

describe('the catalogue', () => {
  it('has a case for every layer', () => {
    const tested = new Set(layerCases.map(({ type }) => type));
    expect(
      allLayers()
        .map(({ type }) => type)
        .filter((type) => !tested.has(type)),
    ).toEqual([]);
  });
});
