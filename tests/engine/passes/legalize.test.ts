import { describe, expect, it } from 'vitest';
import { Graph, Node, Value } from '../../../engine/ir/graph.js';
import { elements, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { writeAttributes, type AttributeArguments } from '../../../engine/ops/attributes.js';
import { awayFromZero, constant, given, spread, type CaseInput } from '../../../engine/ops/defineCases.js';
import { definitionOf } from '../../../engine/ops/index.js';
import { graphFaults } from '../../../engine/passes/graphFaults.js';
import { legalize, type LegalizationTarget } from '../../../engine/passes/legalize.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

interface Example {
  readonly type: string;
  readonly name?: string;
  readonly inputs: readonly CaseInput[];
  readonly attributes?: AttributeArguments;
}

const halves = given([8], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.4, 1e6]);
const image = spread([2, 6, 2, 4]);

const forWebGpu: readonly Example[] = [
  { type: 'Sign', inputs: [given([3], [-2, 0, 5])] },
  { type: 'Round', inputs: [halves] },
  { type: 'Selu', inputs: [given([4], [-100, -0.5, 0.5, 100])] },
  { type: 'Celu', inputs: [given([4], [-100, -0.5, 0.5, 100])], attributes: { alpha: 1.5 } },
  { type: 'Softsign', inputs: [spread([2, 3])] },
  { type: 'LogSoftmax', inputs: [spread([2, 3, 4], -90, 90)], attributes: { axis: 1 } },
  { type: 'Hardmax', name: 'with ties', inputs: [given([2, 4], [1, 3, 3, 0, 2, 2, 2, 2])] },
  { type: 'Hardmax', inputs: [spread([2, 3, 4])], attributes: { axis: 1 } },
  {
    type: 'Mod',
    name: 'float',
    inputs: [awayFromZero([2, 3]), given([3], [0.7, -0.3, 1.1])],
    attributes: { fmod: true },
  },
  { type: 'Mod', name: 'int32', inputs: [given([4], [7, -7, 7, -7], 'int32'), given([4], [3, 3, -3, -3], 'int32')] },
  { type: 'Or', inputs: [given([2, 1], [0, 1], 'bool'), given([2], [0, 1], 'bool')] },
  { type: 'Xor', inputs: [given([2, 1], [0, 1], 'bool'), given([2], [0, 1], 'bool')] },
  { type: 'Sum', inputs: [spread([2, 3]), spread([3]), given([], [2])] },
  { type: 'Mean', inputs: [spread([2, 3]), spread([3]), given([], [2])] },
  {
    type: 'OneHot',
    inputs: [given([3], [0, -1, 2], 'int32'), constant([], [4], 'int32'), given([2], [-1, 5])],
    attributes: { axis: 0 },
  },
  { type: 'SpaceToDepth', inputs: [image], attributes: { blocksize: 2 } },
  { type: 'GridSample', inputs: [spread([2, 3, 4, 5]), spread([2, 3, 2, 2], -1.2, 1.2)] },
  {
    type: 'GridSample',
    name: 'nearest, reflected',
    inputs: [spread([2, 3, 4, 5]), spread([2, 3, 2, 2], -1.2, 1.2)],
    attributes: { mode: 'nearest', padding_mode: 'reflection', align_corners: true },
  },
  { type: 'GroupNormalization', inputs: [image, spread([6]), spread([6])], attributes: { num_groups: 3 } },
  { type: 'LRN', inputs: [image], attributes: { size: 3, alpha: 0.5, bias: 1.5 } },
];

/** What onnxruntime-web 1.30 runs on the CPU under WebGPU, and what is newer than opset 21. */
const lacking = new Set(
  `LogSoftmax Round Sign Selu Celu Softsign Hardmax Mod Sum Mean OneHot MaxUnpool GridSample SpaceToDepth Or Xor
  GroupNormalization Attention LRN RMSNormalization`.split(/\s+/),
);

const forCpu: readonly Example[] = [
  { type: 'RMSNormalization', inputs: [spread([2, 3, 4]), spread([4])] },
  { type: 'RMSNormalization', name: 'two axes', inputs: [spread([2, 3, 4]), spread([3, 4])], attributes: { axis: 1 } },
];

/** A graph of the one node, its inputs fed; the output's type is what the operator infers. */
function graphOf({ type, inputs, attributes = {} }: Example): { graph: Graph; feeds: Record<string, Tensor> } {
  const definition = definitionOf(type)!;
  const graph = new Graph();
  const feeds: Record<string, Tensor> = {};
  const values = inputs.map(({ tensor, constant: fixed }, index) => {
    const value = new Value(`input${index}`, tensor);
    if (fixed) value.constant = tensor;
    else {
      graph.inputs.push(value);
      feeds[value.name] = tensor;
    }
    return value;
  });
  const output = new Value('output');
  const node = new Node(type, type, values, [output], writeAttributes(definition.attributes, attributes, type));
  Object.assign(output, definition.infer(node)![0]);
  graph.nodes.push(node);
  graph.outputs.push(output);
  return { graph, feeds };
}

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>, opset: number): Promise<number[]> {
  const session = await ortNative.open(encodeModel(graph, { opset }), { threads: 1 });
  const result = await session.run(feeds);
  await session.dispose();
  return elements(result.output!);
}

function decomposes(example: Example, target: LegalizationTarget, opset: number): void {
  it(`${example.type}${example.name ? `, ${example.name}` : ''}: computes the same in other operators`, async () => {
    const { graph, feeds } = graphOf(example);
    const before = await run(graph, feeds, opset);
    expect(legalize(target).run(graph)).toBe(true);
    expect(graphFaults(graph)).toEqual([]);
    expect(graph.nodes.map(({ type }) => type).filter((type) => lacking.has(type))).toEqual([]);
    const after = await run(graph, feeds, 21);
    after.forEach((value, index) => {
      const wanted = before[index]!;
      expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(wanted)));
    });
    expect(legalize(target).run(graph)).toBe(false);
  });
}

describe('legalize for webgpu', () => {
  for (const example of forWebGpu) decomposes(example, 'webgpu', 21);
});

describe('legalize for cpu', () => {
  for (const example of forCpu) decomposes(example, 'cpu', 23);

  it('keeps what the CPU has', () => {
    const { graph } = graphOf({ type: 'Sign', inputs: [given([1], [2])] });
    expect(legalize('cpu').run(graph)).toBe(false);
  });
});
