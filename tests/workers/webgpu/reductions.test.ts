// Reductions and what is computed along rows, in every way of dealing threads out, against onnxruntime on the processor.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../engine/ir/graph.js';
import type { Value } from '../../../engine/ir/graph.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Emit } from '../../../engine/ops/emit.js';
import { normals } from '../../../engine/random/fields.js';
import { largestError, runOnGpu, runOnProcessor, targets } from './graphRun.js';
import { describeOnGpu } from './testDevice.js';

interface Example {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly build: (emit: Emit, ...inputs: Value[]) => readonly Value[];
  /** Most dispatches, by target. */
  readonly dispatches?: { readonly gpu: number; readonly software: number };
}

const sums =
  (...axes: number[]) =>
  (emit: Emit, x: Value): Value[] => [emit.reduceSum(x, axes)];

const examples: readonly Example[] = [
  { name: 'sum of everything', shapes: [[100_003]], build: sums(0) },
  { name: 'sum of a million terms', shapes: [[1_000_000]], build: sums(0) },
  { name: 'sums of short rows', shapes: [[1000, 20]], build: sums(1) },
  { name: 'sums of long rows', shapes: [[37, 3001]], build: sums(1) },
  { name: 'sums of few long rows', shapes: [[3, 70_001]], build: sums(1) },
  { name: 'sums of columns', shapes: [[3001, 37]], build: sums(0) },
  { name: 'sums of many columns', shapes: [[60, 5000]], build: sums(0) },
  { name: 'sums over the middle', shapes: [[7, 129, 11]], build: sums(1) },
  { name: 'bias gradient of a convolution', shapes: [[16, 6, 28, 28]], build: sums(0, 2, 3) },
  { name: 'bias gradient over a small plane', shapes: [[2, 130, 5, 5]], build: sums(0, 2, 3) },
  {
    name: 'maximum, minimum and product',
    shapes: [[5, 700]],
    build: (emit, x) => [emit.reduceMax(x, [1]), emit.reduceMin(x, [1]), emit.node('ReduceProd', [x, emit.ints([1])])],
  },
  {
    name: 'sum and sum of squares',
    shapes: [[8, 16, 33, 3]],
    build: (emit, x) => [emit.reduceSum(x, [0, 2, 3]), emit.reduceSum(emit.mul(x, x), [0, 2, 3])],
  },
  {
    name: 'mean and variance',
    shapes: [[9, 500]],
    build: (emit, x) => {
      const mean = emit.reduceMean(x, [1], true);
      const centred = emit.sub(x, mean);
      return [emit.reduceMean(emit.mul(centred, centred), [1])];
    },
  },
  { name: 'softmax of rows', shapes: [[130, 257]], build: (emit, x) => [emit.node('Softmax', [x], { axis: 1 })] },
  { name: 'softmax of a few rows', shapes: [[2, 5000]], build: (emit, x) => [emit.node('Softmax', [x], { axis: 1 })] },
  { name: 'softmax of columns', shapes: [[70, 66]], build: (emit, x) => [emit.node('Softmax', [x], { axis: 0 })] },
  {
    name: 'softmax over the middle',
    shapes: [[3, 90, 17]],
    build: (emit, x) => [emit.node('Softmax', [x], { axis: 1 })],
  },
  {
    name: 'places of the greatest',
    shapes: [
      [40, 300],
      [2, 20_000],
    ],
    build: (emit, x, y) => [
      emit.node('ArgMax', [x], { axis: 1 }),
      emit.node('ArgMax', [x], { axis: 0 }),
      emit.node('ArgMax', [y], { axis: 1 }),
    ],
  },
  {
    name: 'normalised channels',
    shapes: [[6, 5, 20, 9]],
    build: (emit, x) => {
      const mean = emit.reduceMean(x, [0, 2, 3], true);
      const centred = emit.sub(x, mean);
      const variance = emit.reduceMean(emit.mul(centred, centred), [0, 2, 3], true);
      return [emit.div(centred, emit.sqrt(emit.add(variance, 1e-5))), mean];
    },
  },
  {
    name: 'a sum and what follows from it, kept for others',
    shapes: [
      [40, 96],
      [40, 96],
    ],
    build: (emit, x, y) => {
      const both = emit.tanh(emit.add(x, y));
      const mean = emit.reduceMean(both, [1], true);
      const centred = emit.sub(both, mean);
      const scaled = emit.div(centred, emit.sqrt(emit.reduceMean(emit.mul(centred, centred), [1], true)));
      return [scaled, both, emit.reduceSum(emit.mul(scaled, y), [1])];
    },
    dispatches: { gpu: 1, software: 1 },
  },
  {
    name: 'layer normalisation with its gradients',
    shapes: [[24, 130], [130], [130], [24, 130]],
    build: (emit, x, scale, bias, dY) => {
      const y = emit.node('LayerNormalization', [x, scale, bias], { axis: 1 });
      return [y, ...gradientsOf(emit, y, dY, [x, scale, bias])];
    },
    dispatches: { gpu: 4, software: 4 },
  },
  {
    name: 'softmax with its gradient',
    shapes: [
      [3, 50, 70],
      [3, 50, 70],
    ],
    build: (emit, x, dY) => {
      const y = emit.node('Softmax', [x], { axis: 2 });
      return [y, ...gradientsOf(emit, y, dY, [x])];
    },
    dispatches: { gpu: 1, software: 1 },
  },
  {
    name: 'softmax of columns with its gradient',
    shapes: [
      [50, 70],
      [50, 70],
    ],
    build: (emit, x, dY) => {
      const y = emit.node('Softmax', [x], { axis: 0 });
      return [y, ...gradientsOf(emit, y, dY, [x])];
    },
    dispatches: { gpu: 1, software: 1 },
  },
  ...(
    [
      ['few channels of many elements', [64, 3, 40, 25]],
      ['many channels', [6, 70, 5, 7]],
    ] as const
  ).map(([what, shape]): Example => ({
    name: `batch normalisation with its gradients, ${what}`,
    shapes: [shape, [shape[1]], [shape[1]], shape],
    build: (emit, x, scale, bias, dY) => {
      const y = batchNormalised(emit, x, scale, bias);
      return [y, ...gradientsOf(emit, y, dY, [x, scale, bias])];
    },
  })),
];

const anyReduction = fc.array(fc.integer({ min: 1, max: 23 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.subarray(
      shape.map((_, axis) => axis),
      { minLength: 1 },
    ),
  }),
);

function gradientsOf(emit: Emit, y: Value, dY: Value, wrt: readonly Value[]): Value[] {
  return differentiate(emit, [{ value: y, gradient: dY }], wrt).map((value) => value!);
}

function batchNormalised(emit: Emit, x: Value, scale: Value, bias: Value): Value {
  const axes = [0, 2, 3];
  const mean = emit.reduceMean(x, axes, true);
  const centred = emit.sub(x, mean);
  const variance = emit.reduceMean(emit.mul(centred, centred), axes, true);
  const normal = emit.div(centred, emit.sqrt(emit.add(variance, 1e-5)));
  const alike = (value: Value): Value => emit.reshape(value, [1, -1, 1, 1]);
  return emit.add(emit.mul(normal, alike(scale)), alike(bias));
}

function feedsOf(example: Example): Record<string, Tensor> {
  return Object.fromEntries(
    example.shapes.map((shape, at) => {
      const name = `x${at}`;
      const values = normals({ seed: 7, purpose: name, step: 0 }, sizeOf(shape));
      return [
        name,
        tensorOf(
          'float32',
          shape,
          Array.from(values, (value) => value + 0.25),
        ),
      ];
    }),
  );
}

function graphOf(example: Example): Graph {
  const graph = new Graph('reductions');
  const emit = new Emit(graph);
  const inputs = example.shapes.map((shape, at) => emit.input(`x${at}`, 'float32', shape));
  for (const output of example.build(emit, ...inputs)) emit.output(output);
  return graph;
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor['data']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

describeOnGpu('reductions', (device) => {
  for (const [name, target] of Object.entries(targets))
    it.each(examples)(`$name, on ${name}`, async (example) => {
      const graph = graphOf(example);
      const feeds = feedsOf(example);
      const wanted = await runOnProcessor(graph, feeds);
      const first = await runOnGpu(device, graph, feeds, target);
      const again = await runOnGpu(device, graph, feeds, target);
      for (const [output, tensor] of Object.entries(wanted))
        expect(largestError(first.outputs[output]!, tensor), output).toBeLessThan(1e-5);
      for (const [output, { data }] of Object.entries(again.outputs))
        expect(Buffer.compare(bytesOf(data), bytesOf(first.outputs[output]!.data)), output).toBe(0);
      if (example.dispatches)
        expect(first.plan.commands.length).toBeLessThanOrEqual(example.dispatches[name as keyof typeof targets]);
    });

  it.each(Object.entries(targets))('of any shape over any axes, on %s', async (_, target) => {
    const cases = fc.sample(anyReduction, { numRuns: 10, seed: 20 });
    for (const { shape, axes } of cases) {
      const example: Example = {
        name: '',
        shapes: [shape],
        build: (emit, x) => {
          const mean = emit.reduceMean(x, axes, true);
          const greatest = emit.reduceMax(x, axes, true);
          const spread = emit.reduceSum(emit.exp(emit.sub(x, greatest)), axes, true);
          return [mean, emit.div(emit.exp(emit.sub(x, greatest)), spread), emit.sub(x, mean)];
        },
      };
      const graph = graphOf(example);
      const feeds = feedsOf(example);
      const wanted = await runOnProcessor(graph, feeds);
      const { outputs } = await runOnGpu(device, graph, feeds, target);
      for (const [output, tensor] of Object.entries(wanted))
        expect(
          largestError(outputs[output]!, tensor),
          `${output} of [${shape.join()}] over ${axes.join()}`,
        ).toBeLessThan(1e-5);
    }
  });

  describe.each(Object.entries(targets))('of which state is updated in place, on %s', (_, target) => {
    it.each([
      ['writes it while the loss is finite', 0.5, [4, 5, 6].map((start) => start - 0.1 * 0.5 * 8 * 100)],
      ['leaves it alone when the loss is not', Infinity, [4, 5, 6]],
    ])('%s', async (_name, value, wanted) => {
      const graph = new Graph('update');
      const emit = new Emit(graph);
      const x = emit.input('x', 'float32', [8, 3, 10, 10]);
      const bias = emit.input('bias', 'float32', [3]);
      const loss = emit.reduceSum(x);
      const next = emit.sub(bias, emit.mul(emit.reduceSum(x, [0, 2, 3]), 0.1));
      emit.output(loss);
      emit.output(next);
      const feeds = {
        x: tensorOf('float32', [8, 3, 10, 10], new Array<number>(2400).fill(value)),
        bias: tensorOf('float32', [3], [4, 5, 6]),
      };
      const { outputs } = await runOnGpu(device, graph, feeds, target, {
        buffers: [
          { name: 'bias', storage: 'f32', elements: 3, guarded: true },
          { name: 'guard', storage: 'u32', elements: 2 },
        ],
        inputs: { bias: { buffer: 'bias', offset: 0 } },
        outputs: { [next.name]: { buffer: 'bias', offset: 0 } },
        guard: { buffer: 'guard', watched: [loss.name] },
      });
      elements(outputs[next.name]!).forEach((got, at) => expect(got).toBeCloseTo(wanted[at]!, 4));
    });
  });
});
