// Matrix products and convolutions in blocks: every kind of tile against onnxruntime's CPU, on whole numbers, so that sums are exact.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import type { KernelOptions } from '../../../engine/kernels/compileOptions.js';
import type { KernelPlan } from '../../../engine/kernels/kernelPlan.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { hashPurpose } from '../../../engine/random/philox.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { describeOnGpu } from './testDevice.js';

type Build = (emit: Emit) => Value;

const tiles = [
  'direct 1x1 2x4x1 1 1',
  'direct 4x2 2x4x1 1 1',
  'direct 2x2 2x2x4 1 1',
  'direct 2x4 1x8x1 1 3',
  'direct 2x2 1x4x2 1 2',
  'shared 2x2 4x4x1 8 1',
  'shared 2x4 4x2x1 4 2',
] as const;

const x = (emit: Emit, name: string, ...shape: number[]): Value => emit.input(name, 'float32', shape);

const products: Record<string, Build> = {
  'a product of odd sizes': (emit) => emit.matMul(x(emit, 'a', 7, 13), x(emit, 'b', 13, 11)),
  'Aᵀ · B': (emit) => emit.matMul(emit.transpose(x(emit, 'a', 9, 6), [1, 0]), x(emit, 'b', 9, 10)),
  'A · Bᵀ': (emit) => emit.matMul(x(emit, 'a', 6, 9), emit.transpose(x(emit, 'b', 10, 9), [1, 0])),
  'many terms, few results': (emit) => emit.matMul(x(emit, 'a', 2, 200), x(emit, 'b', 200, 3)),
  'a product with a row of columns': (emit) => emit.matMul(x(emit, 'a', 33, 5), x(emit, 'b', 5, 2)),
  'a batch of products, one factor shared': (emit) => emit.matMul(x(emit, 'a', 3, 5, 6), x(emit, 'b', 6, 7)),
  'a broadcast batch': (emit) => emit.matMul(x(emit, 'a', 2, 1, 5, 6), x(emit, 'b', 3, 6, 4)),
  'scores of attention': (emit) =>
    emit.matMul(x(emit, 'q', 2, 3, 6, 4), emit.transpose(x(emit, 'k', 2, 3, 5, 4), [0, 1, 3, 2])),
  'slices as factors': (emit) =>
    emit.matMul(emit.slice(x(emit, 'a', 6, 20), [3], [15], [1]), emit.slice(x(emit, 'b', 14, 9), [1], [13], [0])),
  'a factor computed on the way, and an activation after': (emit) => {
    const masked = emit.where(emit.greater(x(emit, 'm', 6, 9), 0), x(emit, 'a', 6, 9), 0);
    const sum = emit.add(emit.matMul(masked, x(emit, 'b', 9, 10)), x(emit, 'c', 10));
    return emit.add(emit.node('Relu', [sum]), x(emit, 'rest', 6, 10));
  },
  'two products of one form in a sum': (emit) =>
    emit.add(
      emit.matMul(x(emit, 'a', 5, 8), x(emit, 'b', 8, 6)),
      emit.matMul(x(emit, 'c', 5, 8), emit.transpose(x(emit, 'd', 6, 8), [1, 0])),
    ),
};

const convolution =
  (input: number[], weights: number[], attributes: Record<string, number[] | number>): Build =>
  (emit) =>
    emit.node('Conv', [x(emit, 'x', ...input), x(emit, 'w', ...weights)], {
      kernel_shape: weights.slice(2),
      ...attributes,
    });

const convolutions: Record<string, Build> = {
  'a convolution with padding': convolution([2, 3, 6, 5], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }),
  'a convolution with strides': convolution([1, 4, 9, 8], [3, 4, 3, 2], { strides: [2, 3], pads: [1, 0, 2, 1] }),
  'a dilated convolution': convolution([1, 2, 9, 9], [5, 2, 3, 3], { dilations: [2, 3], pads: [2, 3, 2, 3] }),
  'a grouped convolution': convolution([2, 6, 5, 5], [4, 3, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  'a pointwise convolution': convolution([2, 8, 3, 3], [5, 8, 1, 1], {}),
  'a convolution along one axis': convolution([2, 4, 12], [6, 4, 5], { pads: [2, 2] }),
  'a transposed convolution with strides': (emit) =>
    emit.node('ConvTranspose', [x(emit, 'x', 2, 4, 4, 4), x(emit, 'w', 4, 3, 3, 3)], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      output_padding: [1, 1],
    }),
  'the gradient of a convolution’s weights': (emit) => {
    const swapped = (value: Value): Value => emit.transpose(value, [1, 0, 2, 3]);
    const sums = emit.node('Conv', [swapped(x(emit, 'x', 3, 4, 6, 6)), swapped(x(emit, 'dY', 3, 5, 6, 6))], {
      kernel_shape: [6, 6],
      pads: [1, 1, 1, 1],
    });
    return swapped(sums);
  },
};

/** Whole numbers from −3 to 3, the same for the same name. */
function numbersFor({ name, shape }: Value): Tensor {
  let state = hashPurpose(name);
  const data = Array.from({ length: sizeOf(shape as readonly number[]) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) % 7;
  });
  return tensorOf(
    'float32',
    shape as readonly number[],
    data.map((number) => number - 3),
  );
}

function graphOf(build: Build): Graph {
  const graph = new Graph('contraction');
  graph.outputs = [build(new Emit(graph))];
  return graph;
}

function feedsOf(graph: Graph): Record<string, Tensor> {
  return Object.fromEntries(graph.inputs.map((value) => [value.name, numbersFor(value)]));
}

async function expectedOf(graph: Graph): Promise<number[]> {
  const session = await ortNative.open(encodeModel(graph));
  const [result] = Object.values(await session.run(feedsOf(graph)));
  await session.dispose();
  return elements(result!);
}

/** The plan with all of its contractions cut as `tile` says. */
function planWith(graph: Graph, options: KernelOptions, tile?: string): KernelPlan {
  const plan = compileKernels(graph, options);
  if (tile === undefined) return plan;
  return compileKernels(graph, { ...options, tiles: Object.fromEntries(keysOf(plan).map((key) => [key, tile])) });
}

function keysOf({ commands }: KernelPlan): string[] {
  return commands.flatMap((command) => (command.kind === 'kernel' && command.tuning ? [command.tuning.key] : []));
}

async function run(device: OpenDevice, plan: KernelPlan, feeds: Readonly<Record<string, Tensor>>): Promise<number[]> {
  const runner = await PlanRunner.open(device, plan);
  for (const { name, buffer } of plan.inputs) uploadTensor(device, runner.buffers[buffer]!, feeds[name]!);
  await runner.run();
  const readback = new Readback(device);
  const [result] = Object.values(await readback.read(plan.outputs.map((port) => runner.stored(port))));
  readback.dispose();
  await runner.dispose();
  return elements(result!);
}

describeOnGpu('contractions in blocks', (device) => {
  const { target } = device;

  it.each(Object.entries(products))('%s, with every kind of tile', async (_, build) => {
    const graph = graphOf(build);
    const expected = await expectedOf(graph);
    expect(keysOf(compileKernels(graph, { target })).length).toBeGreaterThan(0);
    for (const tile of [undefined, ...tiles])
      expect(await run(device, planWith(graph, { target }, tile), feedsOf(graph)), tile ?? 'default').toEqual(expected);
  });

  it.each(Object.entries(convolutions))('%s, with every kind of tile', async (_, build) => {
    const graph = graphOf(build);
    const expected = await expectedOf(graph);
    for (const tile of [undefined, tiles[1], tiles[4], tiles[6]])
      expect(await run(device, planWith(graph, { target }, tile), feedsOf(graph)), tile ?? 'default').toEqual(expected);
  });

  it('any sizes, with the tiles for a large GPU', async () => {
    const size = fc.integer({ min: 2, max: 40 });
    const large = { ...target, software: false };
    await fc.assert(
      fc.asyncProperty(size, size, fc.integer({ min: 4, max: 90 }), fc.nat(20), async (rows, columns, terms, pick) => {
        const graph = graphOf((emit) => emit.matMul(x(emit, 'a', rows, terms), x(emit, 'b', terms, columns)));
        const plan = compileKernels(graph, { target: large });
        const candidates = plan.commands.flatMap((command) =>
          command.kind === 'kernel' ? (command.tuning?.candidates ?? []) : [],
        );
        const forced = planWith(graph, { target: large }, candidates[pick % candidates.length]);
        expect(await run(device, forced, feedsOf(graph))).toEqual(await expectedOf(graph));
      }),
      { numRuns: 12 },
    );
  });

  // Nine blocks in two rows of five workgroups: one of them has no work.
  const few = { ...target, limits: { ...target.limits, maxComputeWorkgroupsPerDimension: 5 } };

  it.each([
    ...tiles.map((tile) => ({ tile, target })),
    { tile: tiles[0], target: few },
    { tile: tiles[3], target: few },
    { tile: 'shared 1x1 2x4x1 4 1', target: few },
  ])('overwrites a weight in place by its gradient: $tile', async ({ tile, target: adapter }) => {
    const graph = new Graph('update');
    const emit = new Emit(graph);
    const weight = x(emit, 'w', 6, 10);
    const gradient = emit.matMul(emit.transpose(x(emit, 'a', 9, 6), [1, 0]), x(emit, 'dY', 9, 10));
    graph.outputs = [emit.sub(weight, emit.mul(gradient, 2))];
    const options: KernelOptions = {
      target: adapter,
      buffers: [{ name: 'state', storage: 'f32', elements: 60 }],
      inputs: { w: { buffer: 'state', offset: 0 } },
      outputs: { [graph.outputs[0]!.name]: { buffer: 'state', offset: 0 } },
    };
    const plan = planWith(graph, options, tile);
    expect(plan.inputs.find(({ name }) => name === 'w')!.buffer).toBe(plan.outputs[0]!.buffer);
    expect(await run(device, plan, feedsOf(graph))).toEqual(await expectedOf(graph));
  });
});
