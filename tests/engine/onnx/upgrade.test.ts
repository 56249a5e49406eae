// Small models of older opsets, run as they are and upgraded: onnxruntime must compute the same.
import { describe, expect, it } from 'vitest';
import { Graph, Node, Value, type Attribute, type Attributes } from '../../../engine/ir/graph.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { decodeModel } from '../../../engine/onnx/decode.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { upgradeGraph } from '../../../engine/onnx/upgrade/upgrade.js';
import { definitionOf } from '../../../engine/ops/index.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

interface OldNode {
  readonly opset: number;
  readonly type: string;
  readonly name?: string;
  /** Shape of X. */
  readonly x?: readonly number[];
  readonly constants?: readonly (Tensor | undefined)[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
}

const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });
const int = (value: number): Attribute => ({ kind: 'int', value });
const float = (value: number): Attribute => ({ kind: 'float', value });
const string = (value: string): Attribute => ({ kind: 'string', value });
const vector = (...values: number[]): Tensor => tensorOf('float32', [values.length], values);
const indices = (...values: number[]): Tensor => tensorOf('int64', [values.length], values);
const grid = tensorOf('float32', [1, 2, 2, 2], [-0.9, -0.4, 0.3, 0.7, 0.1, -0.2, 0.6, 0.95]);

const cases: readonly OldNode[] = [
  { opset: 7, type: 'Squeeze', x: [2, 1, 3, 1], attributes: { axes: ints(1) } },
  { opset: 11, type: 'Unsqueeze', x: [2, 3], attributes: { axes: ints(0, 2) } },
  ...[7, 11, 12].map((opset) => ({
    opset,
    type: 'ReduceSum',
    x: [2, 3, 4],
    attributes: { axes: ints(1), keepdims: int(0) },
  })),
  ...['L1', 'L2', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare'].flatMap((kind) => [
    { opset: 7, type: `Reduce${kind}`, x: [2, 3, 4], attributes: { axes: ints(0, 2) } },
    { opset: 17, type: `Reduce${kind}`, x: [2, 3, 4] },
  ]),
  { opset: 7, type: 'Clip', x: [3, 4], attributes: { min: float(-0.3), max: float(0.4) } },
  { opset: 10, type: 'Clip', x: [3, 4], attributes: { max: float(0.4) } },
  { opset: 7, type: 'Pad', x: [2, 3], attributes: { pads: ints(1, 0, 0, 2), value: float(1.5) } },
  { opset: 10, type: 'Pad', x: [2, 3], attributes: { pads: ints(1, 1, 0, 2), mode: string('reflect') } },
  { opset: 9, type: 'Slice', x: [4, 5], attributes: { starts: ints(1, -3), ends: ints(3, 1000), axes: ints(0, 1) } },
  { opset: 9, type: 'TopK', x: [3, 5], attributes: { k: int(2) }, outputs: 2 },
  { opset: 10, type: 'TopK', x: [3, 5], constants: [indices(2)], outputs: 2 },
  { opset: 7, type: 'Dropout', x: [3, 4], attributes: { ratio: float(0.3) } },
  { opset: 11, type: 'Split', x: [2, 5], attributes: { split: ints(2, 3), axis: int(1) }, outputs: 2 },
  { opset: 7, type: 'Split', x: [2, 6], attributes: { axis: int(1) }, outputs: 3 },
  { opset: 13, type: 'Split', x: [2, 6], attributes: { axis: int(1) }, outputs: 3 },
  ...[7, 11].flatMap((opset) =>
    ['Softmax', 'LogSoftmax', 'Hardmax'].flatMap((type) => [
      { opset, type, x: [2, 3, 4] },
      { opset, type, x: [2, 3, 4], attributes: { axis: int(2) } },
      { opset, type, x: [2, 3, 4], attributes: { axis: int(0) } },
    ]),
  ),
  { opset: 11, type: 'Softmax', x: [2, 3, 4], attributes: { axis: int(-2) } },
  ...[7, 9, 14].map((opset) => ({
    opset,
    type: 'BatchNormalization',
    x: [2, 3, 4],
    constants: [vector(1, 2, 3), vector(0, 1, -1), vector(0.1, 0.2, 0.3), vector(1, 2, 0.5)],
  })),
  { opset: 7, type: 'Gemm', x: [2, 3], constants: [tensorOf('float32', [3, 2], [1, 2, 3, 4, 5, 6]), vector(1, 2)] },
  { opset: 7, type: 'Upsample', x: [1, 1, 2, 3], attributes: { scales: { kind: 'floats', value: [1, 1, 2, 3] } } },
  {
    opset: 9,
    type: 'Upsample',
    x: [1, 1, 2, 3],
    constants: [vector(1, 1, 2, 2)],
    attributes: { mode: string('linear') },
  },
  { opset: 9, type: 'Upsample', x: [1, 1, 2, 3], constants: [vector(1, 1, 1.5, 2.5)] },
  { opset: 10, type: 'Resize', x: [1, 1, 4, 6], constants: [vector(1, 1, 0.5, 0.7)] },
  {
    opset: 10,
    type: 'Resize',
    x: [1, 1, 4, 6],
    constants: [vector(1, 1, 0.5, 0.7)],
    attributes: { mode: string('linear') },
  },
  { opset: 10, type: 'Resize', x: [1, 1, 4, 6], constants: [vector(1, 1, 2, 2)] },
  {
    opset: 11,
    type: 'Resize',
    x: [1, 1, 4, 6],
    constants: [vector(), vector(1, 1, 2, 2)],
    attributes: { mode: string('linear') },
  },
  { opset: 11, type: 'Resize', x: [1, 1, 4, 6], constants: [vector(), vector(), indices(1, 1, 7, 3)] },
  {
    opset: 13,
    type: 'Resize',
    x: [1, 1, 4, 6],
    constants: [undefined, undefined, indices(1, 1, 7, 3)],
    attributes: { mode: string('cubic') },
  },
  ...['bilinear', 'nearest', 'bicubic'].map((mode) => ({
    opset: 16,
    type: 'GridSample',
    x: [1, 1, 3, 4],
    constants: [grid],
    attributes: { mode: string(mode) },
  })),
  { opset: 16, type: 'GridSample', x: [1, 1, 3, 4], constants: [grid] },
  {
    opset: 10,
    type: 'Scatter',
    x: [1, 3],
    constants: [tensorOf('int64', [1, 2], [2, 0]), tensorOf('float32', [1, 2], [5, 6])],
    attributes: { axis: int(1) },
  },
  { opset: 9, type: 'Cast', x: [3], attributes: { to: int(6) } },
  { opset: 8, type: 'Flatten', x: [2, 3, 4], attributes: { axis: int(2) } },
  { opset: 7, type: 'AveragePool', x: [1, 1, 4, 4], attributes: { kernel_shape: ints(2, 2), pads: ints(1, 1, 0, 0) } },
  { opset: 8, type: 'MaxPool', x: [1, 1, 4, 4], attributes: { kernel_shape: ints(2, 2) } },
  { opset: 7, type: 'PRelu', x: [2, 3], constants: [vector(0.1, 0.2, 0.3)] },
  { opset: 11, type: 'ArgMax', x: [2, 3] },
  { opset: 8, type: 'Max', x: [2, 3], constants: [vector(0.1, 0.2, 0.3)] },
];

function oldGraph({ type, x = [2, 3], constants = [], attributes = {}, outputs = 1 }: OldNode, known: boolean): Graph {
  const graph = new Graph(type);
  const input = new Value(
    'x',
    known ? { dtype: 'float32', shape: x } : { dtype: 'float32', shape: x.map((_, at) => `d${at}`) },
  );
  const others = constants.map((constant, index) => {
    if (!constant) return undefined;
    const value = new Value(`c${index}`, constant);
    value.constant = constant;
    return value;
  });
  const results = Array.from({ length: outputs }, (_, index) => new Value(`y${index}`));
  graph.inputs.push(input);
  graph.nodes.push(new Node(type, 'node', [input, ...others], results, attributes));
  graph.outputs.push(...results);
  return graph;
}

async function run(bytes: Uint8Array, x: Tensor): Promise<Record<string, Tensor>> {
  const session = await ortNative.open(bytes, { threads: 1 });
  try {
    return await session.run({ x });
  } finally {
    await session.dispose();
  }
}

describe('upgrading an older opset', () => {
  for (const old of cases)
    for (const known of [true, false])
      it(`keeps what ${old.type} of opset ${old.opset} computes: ${JSON.stringify(old.attributes ?? {})} ${known ? '' : 'symbolic'}`, async () => {
        const blank = decodeModel(encodeModel(new Graph('blank'), { opset: 21 }));
        const bytes = encodeModel(oldGraph(old, known), {
          from: { ...blank, opsets: { '': old.opset }, irVersion: 8 },
        });
        const size = (old.x ?? [2, 3]).reduce((a, b) => a * b, 1);
        const x = tensorOf(
          'float32',
          old.x ?? [2, 3],
          Array.from({ length: size }, (_, at) => Math.sin(at * 1.7) + 0.01 * at),
        );
        const expected = await run(bytes, x);
        const { graph, opsets } = decodeModel(bytes);
        upgradeGraph(graph, opsets['']!);
        for (const node of graph.nodes) {
          const inferred = definitionOf(node.type)!.infer(node);
          inferred?.forEach((type, index) => node.outputs[index] && Object.assign(node.outputs[index], type));
        }
        const actual = await run(encodeModel(graph), x);
        for (const [name, tensor] of Object.entries(expected)) {
          expect(actual[name]!.shape).toEqual(tensor.shape);
          elements(tensor).forEach((value, at) => expect(elements(actual[name]!)[at]).toBeCloseTo(value, 5));
        }
      });

  it('repeats scale and bias of GroupNormalization-18 for the channels of a group', async () => {
    const graph = oldGraph(
      {
        opset: 18,
        type: 'GroupNormalization',
        x: [2, 4, 3],
        constants: [vector(2, 3), vector(1, -1)],
        attributes: { num_groups: int(2) },
      },
      true,
    );
    upgradeGraph(graph, 18);
    const x = tensorOf(
      'float32',
      [2, 4, 3],
      Array.from({ length: 24 }, (_, at) => Math.sin(at)),
    );
    const { y0 } = await run(encodeModel(graph), x);
    for (let group = 0; group < 4; group++) {
      const values = elements(x).slice(group * 6, group * 6 + 6);
      const mean = values.reduce((a, b) => a + b) / 6;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6 + 1e-5);
      const [scale, bias] = group % 2 ? [3, -1] : [2, 1];
      values.forEach((value, at) =>
        expect(elements(y0!)[group * 6 + at]).toBeCloseTo(((value - mean) / deviation) * scale + bias, 4),
      );
    }
  });

  it('refuses opsets before 7', () => {
    expect(() => upgradeGraph(new Graph('old'), 6)).toThrow('the opset must be 7 or later, got 6');
  });
});
