// Plans on a device: kernels, copies, constants, shared buffers, and what is refused.
import { expect, it } from 'vitest';
import type { DType } from '../../../engine/ir/dtype.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { storageOf, type KernelCommand, type KernelPlan, type PlanBuffer } from '../../../engine/kernels/kernelPlan.js';
import { storedBytes } from '../../../workers/webgpu/conversion.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import type { Segment } from '../../../workers/webgpu/sessionSegment.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { describeOnGpu } from './testDevice.js';

const external = (label: string, elements: number): PlanBuffer => ({
  label,
  elements,
  storage: 'f32',
  role: 'external',
});

/** y = factor · x + 1 over `count` elements. */
function scale(factor: number, x: number, y: number, count: number): KernelCommand {
  return {
    kind: 'kernel',
    label: `scale ${factor}`,
    code: `@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < ${count}u) { y[id.x] = ${factor.toFixed(1)} * x[id.x] + 1.0; }
}`,
    bindings: [
      { buffer: x, access: 'read' },
      { buffer: y, access: 'read_write' },
    ],
    workgroups: [Math.ceil(count / 64), 1, 1],
    nodes: [`Scale${factor}`],
    flops: 2 * count,
    bytes: 8 * count,
  };
}

/** out = 3 · (2 · x + 1) + 1, through a scratch buffer and a copy. */
const twice: KernelPlan = {
  buffers: [
    external('x', 100),
    { ...external('between', 100), role: 'scratch' },
    external('y', 100),
    external('z', 104),
  ],
  commands: [
    scale(2, 0, 1, 100),
    scale(3, 1, 2, 100),
    { kind: 'copy', label: 'keep', from: { buffer: 2, offset: 1 }, to: { buffer: 3, offset: 4 }, elements: 99 },
  ],
  inputs: [{ name: 'x', dtype: 'float32', shape: [100], buffer: 0, offset: 0 }],
  outputs: [
    { name: 'y', dtype: 'float32', shape: [100], buffer: 2, offset: 0 },
    { name: 'tail', dtype: 'float32', shape: [99], buffer: 3, offset: 4 },
  ],
};

const input = tensorOf(
  'float32',
  [100],
  Array.from({ length: 100 }, (_, index) => index),
);

async function outputsOf(runner: PlanRunner): Promise<Record<string, Tensor>> {
  const readback = new Readback(runner.device);
  const outputs = await readback.read(runner.plan.outputs.map((port) => runner.stored(port)));
  readback.dispose();
  return outputs;
}

/** Reads back constants of each type that went through a plan's buffers. */
async function roundTrip(device: OpenDevice, source: Tensor): Promise<Tensor> {
  const storage = storageOf(source.dtype) ?? 'f32';
  const plan: KernelPlan = {
    buffers: [{ label: 'c', storage, elements: source.data.length, role: 'constant', data: source }],
    commands: [],
    inputs: [],
    outputs: [{ name: 'c', dtype: source.dtype, shape: source.shape, buffer: 0, offset: 0 }],
  };
  const runner = await PlanRunner.open(device, plan);
  const { c } = await outputsOf(runner);
  await runner.dispose();
  return c!;
}

describeOnGpu('a plan on a device', (device) => {
  it('runs kernels in order and copies between buffers', async () => {
    const before = device.memory.bytesInUse;
    const runner = await PlanRunner.open(device, twice);
    expect(runner.dispatches).toBe(2);
    expect(runner.bytesInUse).toBe(4 * 404);
    uploadTensor(device, runner.buffer('x'), input);
    await runner.run();
    const { y, tail } = await outputsOf(runner);
    const expected = Array.from({ length: 100 }, (_, index) => 3 * (2 * index + 1) + 1);
    expect(elements(y!)).toEqual(expected);
    expect(elements(tail!)).toEqual(expected.slice(1));
    await runner.dispose();
    expect(device.memory.bytesInUse).toBe(before);
    await expect(runner.run()).rejects.toMatchObject({ code: 'gpu.disposed' });
  });

  it('is encoded several times into one submission', async () => {
    const feedback: KernelPlan = {
      buffers: [external('x', 4), external('y', 4)],
      commands: [
        scale(2, 0, 1, 4),
        { kind: 'copy', label: 'feed back', from: { buffer: 1, offset: 0 }, to: { buffer: 0, offset: 0 }, elements: 4 },
      ],
      inputs: [],
      outputs: [{ name: 'x', dtype: 'float32', shape: [4], buffer: 0, offset: 0 }],
    };
    const runner = await PlanRunner.open(device, feedback);
    const encoder = device.device.createCommandEncoder();
    for (let step = 0; step < 5; step++) runner.encode(encoder);
    device.submit(encoder);
    expect(elements((await outputsOf(runner)).x!)).toEqual([31, 31, 31, 31]);
    await runner.dispose();
  });

  it('shares external buffers with other plans and leaves them to the caller', async () => {
    const [x] = await device.memory.allocate([{ label: 'x', bytes: storedBytes('f32', 100), usage: 0x8c }]);
    const given = new Map([['x', x!]]);
    const runners = [
      await PlanRunner.open(device, twice, { external: given }),
      await PlanRunner.open(device, twice, { external: given }),
    ];
    uploadTensor(device, x!, input);
    const results: number[][] = [];
    for (const runner of runners) {
      await runner.run();
      results.push(elements((await outputsOf(runner)).y!));
      await runner.dispose();
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]![99]).toBe(598);
    expect(x!.size).toBe(400);
    device.memory.release([x!]);
  });

  it.each<[DType, number[]]>([
    ['float32', [1.5, -2, Infinity]],
    ['float16', [1.5, -2, 65504]],
    ['int64', [2147483647, -2147483648, 0]],
    ['int32', [2147483647, -2147483648, 7]],
    ['int8', [127, -128, 3]],
    ['uint8', [255, 0, 9]],
    ['bool', [1, 0, 1]],
  ])('keeps %s constants as they are', async (dtype, values) => {
    const source = tensorOf(dtype, [3], values);
    expect(await roundTrip(device, source)).toEqual(source);
  });

  it('refuses integers beyond 32 bits and float64', async () => {
    const wide = { dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 40n) } as const;
    await expect(roundTrip(device, wide)).rejects.toMatchObject({ code: 'gpu.range' });
    await expect(roundTrip(device, tensorOf('float64', [1], [1]))).rejects.toMatchObject({ code: 'gpu.type' });
  });

  it('needs a maker of segments for nodes of onnxruntime, and runs them between its kernels', async () => {
    const calls: string[] = [];
    const segment = (notRecorded?: string): Segment => ({
      notRecorded,
      dispatches: 0,
      bytesInUse: 12,
      encode: () => calls.push('encode'),
      runOrdinary: () => Promise.resolve(void calls.push('ordinary')),
      dispose: () => Promise.resolve(void calls.push('dispose')),
    });
    const { Graph } = await import('../../../engine/ir/graph.js');
    const [first, second, third] = twice.commands;
    const session = {
      kind: 'session',
      label: 'sort',
      graph: new Graph(),
      inputs: [],
      outputs: [],
      nodes: ['TopK'],
    } as const;
    const plan = { ...twice, commands: [first!, session, second!, third!] };
    await expect(PlanRunner.open(device, plan)).rejects.toThrow(/onnxruntime is needed for TopK/);
    for (const reason of [undefined, 'it has a CPU node']) {
      calls.length = 0;
      const maker = { prepare: () => Promise.resolve(segment(reason)) };
      const runner = await PlanRunner.open(device, plan, { segments: () => maker });
      uploadTensor(device, runner.buffer('x'), input);
      await runner.run();
      expect(elements((await outputsOf(runner)).y!)[99]).toBe(598);
      expect(runner.notes).toEqual(reason === undefined ? [] : ['sort: it has a CPU node']);
      await runner.run('ordinary');
      await runner.dispose();
      expect(calls).toEqual([reason === undefined ? 'encode' : 'ordinary', 'ordinary', 'dispose']);
    }
  });
});
