// No node of anything in the catalogue is left to the processor when onnxruntime computes it on the GPU.
import { expect, it } from 'vitest';
import { parseGraph } from '../../../engine/ir/parse.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { sessionGraph } from '../../../engine/passes/sessionGraph.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { placementOf } from '../../../workers/webgpu/ortSegments/placement.node.js';
import {
  clipGraphs,
  layerGraphs,
  lossGraphs,
  metricGraphs,
  operatorGraphs,
  optimizerGraphs,
  type CatalogueGraph,
} from './catalogueGraphs.js';
import { describeOnGpu } from './testDevice.js';

/** Types that onnxruntime or WGSL does not have, shapes that are only known when the graph runs, and one sampling without gradient. */
const exempt = new Set([
  'Cast: float32 to float64',
  'Clip: int8',
  'ConstantOfShape: a given value, a fed shape',
  'GridSample: cubic, read only',
]);

async function onProcessor(device: OpenDevice, { name, graph }: CatalogueGraph): Promise<string[]> {
  if (exempt.has(name)) return [];
  const nodes = await placementOf(device, encodeModel(sessionGraph(graph)));
  return nodes.filter(({ onGpu }) => !onGpu).map((node) => `${name}: ${node.type} '${node.name}'`);
}

const families: readonly (readonly [string, () => CatalogueGraph[]])[] = [
  ['operators', operatorGraphs],
  ['layers', layerGraphs],
  ['losses', lossGraphs],
  ['metrics', metricGraphs],
  ['optimizers', optimizerGraphs],
  ['clipping', clipGraphs],
];

describeOnGpu('onnxruntime on the GPU', (device) => {
  it('tells where it computes each node', async () => {
    const graph = parseGraph('g (int64[4] i, float[4] x) => (int64[4] j, float[4] y) { j = Add (i, i) y = Exp (x) }');
    const nodes = await placementOf(device, encodeModel(graph));
    expect(nodes.map(({ type, onGpu }) => `${type} ${String(onGpu)}`).sort()).toEqual(['Add false', 'Exp true']);
  });

  it.each(families)('has no node on the processor: %s, with gradients', { timeout: 300_000 }, async (_, graphs) => {
    const left: string[] = [];
    for (const entry of graphs()) left.push(...(await onProcessor(device, entry)));
    expect(left).toEqual([]);
  });
});
