// A device and what goes wrong with it: each fault has a code and names its subject, and no number comes out of a broken device.
import { expect, it } from 'vitest';
import { tensorOf } from '../../../engine/ir/tensor.js';
import type { KernelPlan } from '../../../engine/kernels/kernelPlan.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { printProfile, profilePlan } from '../../../workers/webgpu/profile.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { describeOnGpu, openTestDevice } from './testDevice.js';

/** One kernel over x, in place. */
function squares(code: string, count = 64): KernelPlan {
  return {
    buffers: [{ label: 'x', storage: 'f32', elements: count, role: 'external' }],
    commands: [
      {
        kind: 'kernel',
        label: 'square',
        code: `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  ${code}
}`,
        bindings: [{ buffer: 0, access: 'read_write' }],
        workgroups: [Math.ceil(count / 64), 1, 1],
        nodes: ['Square'],
        flops: count,
        bytes: 8 * count,
      },
    ],
    inputs: [{ name: 'x', dtype: 'float32', shape: [count], buffer: 0, offset: 0 }],
    outputs: [{ name: 'x', dtype: 'float32', shape: [count], buffer: 0, offset: 0 }],
  };
}
const square = squares('x[id.x] = x[id.x] * x[id.x];');

describeOnGpu('a device', (device) => {
  it('tells its name, kind, limits and features, and uses the highest limits', () => {
    const { report, target } = device;
    expect(report.name).not.toBe('');
    expect(['discrete', 'integrated', 'software', 'unknown']).toContain(report.kind);
    expect(target.limits.maxStorageBuffersPerShaderStage).toBe(report.limits.maxStorageBuffersPerShaderStage);
    expect(target.limits.maxStorageBufferBindingSize).toBe(report.limits.maxStorageBufferBindingSize);
    expect(target.features.subgroups).toBe(report.features.includes('subgroups'));
    expect(target.software).toBe(report.kind === 'software');
  });

  it('does without the features that it is told to do without', async () => {
    const plain = await openTestDevice({ without: ['subgroups', 'shader-f16', 'timestamp-query'] });
    expect(plain.target.features).toEqual({ f16: false, subgroups: false });
    const runner = await PlanRunner.open(plain, square);
    await expect(profilePlan(runner)).rejects.toMatchObject({ code: 'gpu.timestamps' });
    await plain.close();
  });

  it('names the kernel and quotes the line of a shader that does not compile', async () => {
    const before = device.memory.bytesInUse;
    const opening = PlanRunner.open(device, squares('x[id.x] = 1u;'));
    await expect(opening).rejects.toMatchObject({ code: 'gpu.shader' });
    await expect(opening).rejects.toThrow(/^Kernel 'square': .*line 3, column \d+: .*f32.*: x\[id.x\] = 1u;$/);
    expect(device.memory.bytesInUse).toBe(before);
    device.check();
  });

  it('refuses a buffer beyond every limit as out of memory', async () => {
    const before = device.memory.bytesInUse;
    const huge = device.memory.allocate([{ label: 'huge', bytes: 2 ** 45, usage: 0x80 }]);
    await expect(huge).rejects.toMatchObject({ code: 'gpu.outOfMemory' });
    await expect(huge).rejects.toThrow(/buffer 'huge' of .* MB is larger than .* Use a smaller batch/);
    expect(device.memory.bytesInUse).toBe(before);
  });

  it('gives back what it got when the rest does not fit', async ({ skip }) => {
    if (!device.target.software) skip('it would fill the memory of a real GPU');
    const before = device.memory.bytesInUse;
    const most = device.device.limits.maxBufferSize;
    const many = Array.from({ length: 64 }, (_, index) => ({ label: `part ${index}`, bytes: most, usage: 0x80 }));
    await expect(device.memory.allocate(many)).rejects.toMatchObject({ code: 'gpu.outOfMemory' });
    await expect(device.memory.allocate(many)).rejects.toThrow(
      /64 buffers of .* MB do not fit beside .* Use a smaller batch/,
    );
    expect(device.memory.bytesInUse).toBe(before);
    device.check();
  });

  it('refuses a kernel that binds more than the adapter allows', async () => {
    const most = device.target.limits.maxStorageBufferBindingSize;
    const buffers = [{ ...square.buffers[0]!, elements: most / 4 + 64 }];
    await expect(PlanRunner.open(device, { ...square, buffers })).rejects.toMatchObject({ code: 'gpu.outOfMemory' });
  });

  it('refuses plans that break the rules of WebGPU, by the names of the plan', async () => {
    const [command] = square.commands;
    if (command?.kind !== 'kernel') throw new Error('the plan has a kernel');
    const [binding] = command.bindings;
    const twice = {
      ...square,
      commands: [{ ...command, bindings: [binding!, { buffer: 0, access: 'read' as const }] }],
    };
    await expect(PlanRunner.open(device, twice)).rejects.toThrow(
      "kernel 'square': a buffer that it writes may be bound once, got 'x' twice",
    );
    const wide = { ...square, commands: [{ ...command, workgroups: [70_000, 1, 1] as const }] };
    await expect(PlanRunner.open(device, wide)).rejects.toThrow(/workgroups must be whole numbers up to 65535/);
    const data = tensorOf('int64', [1], [1]);
    const constant = { label: 'c', storage: 'f32', elements: 1, role: 'constant', data } as const;
    await expect(PlanRunner.open(device, { ...square, buffers: [...square.buffers, constant] })).rejects.toThrow(
      "constant 'c': its int64 lies as i32, got a buffer of f32",
    );
    const copy = {
      kind: 'copy',
      label: 'c',
      from: { buffer: 0, offset: 0 },
      to: { buffer: 0, offset: 4 },
      elements: 4,
    } as const;
    await expect(PlanRunner.open(device, { ...square, commands: [copy] })).rejects.toThrow(/between two buffers/);
  });

  it('surfaces a fault that nobody waited for, before any number is read', async () => {
    const broken = await openTestDevice();
    const runner = await PlanRunner.open(broken, square);
    const encoder = broken.device.createCommandEncoder();
    encoder.copyBufferToBuffer(runner.buffer('x'), 0, runner.buffer('x'), 8, 4096);
    broken.submit(encoder);
    const reading = new Readback(broken).read([runner.stored(square.outputs[0]!)]);
    await expect(reading).rejects.toMatchObject({ code: 'gpu.validation' });
    await broken.close();
  });

  it('rejects work in flight when it is lost', async () => {
    const lost = await openTestDevice();
    const slow = squares('var v = x[id.x]; for (var i = 0; i < 3000000; i++) { v = v * 0.5 + f32(i); } x[id.x] = v;');
    const runner = await PlanRunner.open(lost, slow);
    await runner.run();
    const reading = new Readback(lost).read([runner.stored(slow.outputs[0]!)]);
    // Past the staging buffer's allocation, so that the copy is submitted.
    const finishing = lost.finish();
    await new Promise((resolve) => setImmediate(resolve));
    lost.device.destroy();
    const afterwards = [
      PlanRunner.open(lost, square),
      new Readback(lost).read([runner.stored(slow.outputs[0]!)]),
      lost.finish(),
    ];
    for (const outcome of await Promise.allSettled([reading, finishing, ...afterwards]))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'gpu.lost' } });
    expect(() => lost.check()).toThrow(/the device was closed/);
    expect(await lost.lost).toMatchObject({ code: 'gpu.lost' });
  });

  it('compiles each shader once', async () => {
    const fresh = await openTestDevice();
    const first = await PlanRunner.open(fresh, square);
    const second = await PlanRunner.open(fresh, square);
    expect(fresh.pipelines.size).toBe(1);
    await first.dispose();
    await second.dispose();
    await fresh.close();
  });

  it('times each kernel where it has timestamps', async ({ skip }) => {
    if (!device.device.features.has('timestamp-query')) skip('the adapter has no timestamp queries');
    const runner = await PlanRunner.open(device, square);
    uploadTensor(
      device,
      runner.buffer('x'),
      tensorOf(
        'float32',
        [64],
        Array.from({ length: 64 }, () => 1),
      ),
    );
    const rows = await profilePlan(runner, 3);
    expect(rows).toMatchObject([{ label: 'square', nodes: ['Square'], workgroups: [1, 1, 1] }]);
    expect(printProfile(rows)).toMatch(/kernel \[workgroups\]\n.*100.0 %.*square \[1 × 1 × 1\]\n.*1 kernels$/);
    await runner.dispose();
  });
});
