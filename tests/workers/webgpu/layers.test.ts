// Every layer of the catalogue on the GPU: output and gradients against the native backend, and no node left for onnxruntime.
import { describe, expect, it } from 'vitest';
import { isFloat } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import { leastLimits } from '../../../engine/kernels/compileOptions.js';
import type { LoweredGraph } from '../../../engine/layers/lowerModel.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { normals } from '../../../engine/random/fields.js';
import type { LayerCase } from '../../engine/layers/layerCase.js';
import { layerCases } from '../../engine/layers/layerCases.js';
import { addGradients, feedsOf, isShape, lowerCase, runGraph } from '../../engine/layers/runLayer.js';
import { largestError } from '../../engine/training/runGraph.js';
import { runOnGpu } from './runOnGpu.js';
import { describeOnGpu } from './testDevice.js';

const batch = 2;
const leastTarget = { limits: leastLimits, features: { f16: false, subgroups: false }, software: false };

/** The output of a training pass and the gradients of inputs and parameters. */
function trainingGraph(layer: LayerCase): LoweredGraph {
  const lowered = lowerCase(layer, true, batch);
  const inputs = layer.inputs.flatMap((input, index) => (isShape(input) ? [lowered.inputs.get(`x${index}`)!] : []));
  const wanted = [...inputs, ...lowered.host.parameters.map(({ value }) => value)].filter(({ dtype }) =>
    isFloat(dtype),
  );
  addGradients(lowered, wanted);
  runPasses(lowered.graph);
  return lowered;
}

function feedsFor(layer: LayerCase, lowered: LoweredGraph): Record<string, Tensor> {
  const { shape } = lowered.outputs[0]!;
  const direction = normals({ seed: 3, purpose: 'direction' }, sizeOf(shape as readonly number[]));
  return { ...feedsOf(layer, lowered, batch), direction: tensorOf('float32', shape as readonly number[], direction) };
}

describe('the plan of a training step', () => {
  it.each(layerCases)('$type: $name has kernels for all of its nodes, on the smallest adapter', (layer) => {
    const { graph } = trainingGraph(layer);
    const { commands } = compileKernels(graph, { target: leastTarget });
    expect(commands.flatMap((command) => (command.kind === 'session' ? command.nodes : []))).toEqual([]);
    for (const command of commands)
      if (command.kind === 'kernel')
        expect(command.bindings.length).toBeLessThanOrEqual(leastLimits.maxStorageBuffersPerShaderStage);
  });
});

describeOnGpu('computes what the native backend computes', (device) => {
  const onePerType = [...new Map(layerCases.map((layer) => [layer.type, layer])).values()];

  it.each(onePerType)('$type: $name', async (layer) => {
    const lowered = trainingGraph(layer);
    const feeds = feedsFor(layer, lowered);
    const expected = await runGraph(lowered, feeds);
    const found = await runOnGpu(device, lowered.graph, feeds);
    for (const { name } of lowered.graph.outputs)
      expect(largestError(found[name]!, expected[name]!.data as Float32Array), name).toBeLessThan(2e-4);
  });
});
