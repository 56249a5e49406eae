// Runs the graph of a single layer on native onnxruntime with seeded tensors.
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import type { Value } from '../../../engine/ir/graph.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { lowerToGraph, type LoweredGraph } from '../../../engine/layers/lowerModel.js';
import { modelSpecSchema, type ModelSpec } from '../../../engine/layers/modelSpec.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import type { RandomKey } from '../../../engine/random/philox.js';
import { normals, uniforms, integers } from '../../../engine/random/fields.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import type { CaseInput, LayerCase } from './layerCase.js';

export function specOf(layer: LayerCase): ModelSpec {
  return modelSpecSchema.parse({
    version: 1,
    name: layer.type,
    inputs: layer.inputs.map((input, index) => ({
      id: `x${index}`,
      shape: exampleShape(input),
      dtype: isShape(input) ? 'float32' : 'int64',
    })),
    layers: [
      { id: 'layer', type: layer.type, inputs: layer.inputs.map((_, index) => `x${index}`), options: layer.options },
    ],
    outputs: ['layer'],
  });
}

export function lowerCase(layer: LayerCase, training: boolean, batch: number | 'batch'): LoweredGraph {
  return lowerToGraph(specOf(layer), { batch, training });
}

/** Normal inputs, indices within their bounds, small parameters, positive running variances, uniform fields. */
export function feedsOf(layer: LayerCase, lowered: LoweredGraph, batch: number, seed = 1): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  layer.inputs.forEach((input, index) => {
    feeds[`x${index}`] = inputOf(input, batch, { seed, purpose: `x${index}` });
  });
  for (const { name, declaration } of lowered.host.parameters)
    feeds[name] = scaled(normals({ seed, purpose: name }, sizeOf(declaration.shape)), declaration.shape);
  for (const { name, declaration } of lowered.host.buffers)
    feeds[name] = tensorOf(
      'float32',
      declaration.shape,
      uniforms({ seed, purpose: name }, sizeOf(declaration.shape)).map((value) => value + 0.5),
    );
  for (const { name, declaration } of lowered.host.randoms)
    feeds[name] = tensorOf(
      'float32',
      declaration.shape,
      (declaration.distribution === 'uniform' ? uniforms : normals)({ seed, purpose: name }, sizeOf(declaration.shape)),
    );
  return feeds;
}

export function isShape(input: CaseInput): input is readonly number[] {
  return Array.isArray(input);
}

function exampleShape(input: CaseInput): readonly number[] {
  if (isShape(input)) return input;
  return 'indices' in input ? input.indices : [input.lengths];
}

export function inputOf(input: CaseInput, batch: number, key: RandomKey): Tensor {
  const shape = [batch, ...exampleShape(input)];
  const count = sizeOf(shape);
  if (isShape(input)) return tensorOf('float32', shape, normals(key, count));
  if ('indices' in input)
    return tensorOf('int64', shape, indices(integers(key, count, 0, input.below), shape.at(-1)!, input.below));
  const kept = Array.from({ length: count }, (_, at) => (at % input.lengths <= Math.floor(at / input.lengths) ? 1 : 0));
  return tensorOf('int64', shape, kept);
}

/** Sequences begin with the largest index, so that none is padding alone: its attention would mean nothing. */
function indices(drawn: Int32Array, length: number, below: number): Int32Array {
  return drawn.map((value, at) => (at % length === 0 ? below - 1 : value));
}

function scaled(values: Float32Array, shape: readonly number[]): Tensor {
  return tensorOf(
    'float32',
    shape,
    values.map((value) => value * 0.5),
  );
}

/** The named outputs of a graph. */
export async function runGraph(
  lowered: LoweredGraph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const session = await ortNative.open(encodeModel(lowered.graph), { threads: 1 });
  try {
    const wanted = session.inputNames;
    return await session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.includes(name))));
  } finally {
    await session.dispose();
  }
}

/** Adds Σ output · weights as `loss` and its gradients as outputs; returns the gradient of each wanted value by name. */
export function addGradients(lowered: LoweredGraph, wanted: readonly Value[]): Map<string, Value> {
  const { emit } = lowered.host;
  const output = lowered.outputs[0]!;
  const direction = emit.input('direction', 'float32', output.shape!);
  const loss = emit.reduceSum(emit.mul(output, direction));
  const gradients = differentiate(emit, [{ value: loss }], wanted);
  lowered.graph.outputs = [output, loss];
  const named = new Map<string, Value>();
  wanted.forEach((value, index) => {
    const gradient = gradients[index];
    if (!gradient) return;
    named.set(value.name, gradient);
    lowered.graph.outputs.push(gradient);
  });
  return named;
}
