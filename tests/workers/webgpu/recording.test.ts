// Recordings of WebGPU calls: what is replayed, what is refused, what is released.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { parseGraph } from '../../../engine/ir/parse.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { DeviceDouble } from '../../../workers/webgpu/ortSegments/deviceDouble.js';
import { onnxruntimeSegments } from '../../../workers/webgpu/ortSegments/ortSegment.js';
import { Replay } from '../../../workers/webgpu/ortSegments/replay.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { bufferUsage, mapModeRead, planBufferUsage } from '../../../workers/webgpu/webgpuConstants.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { describeOnGpu, openTestDevice } from './testDevice.js';
import { wholeSession } from './wholeSession.js';

// Optimized code, which comes after many sessions, takes memory that is not theirs; garbage is collected when it is asked for.
setFlagsFromString('--wasm-tiering-budget=2000000000');
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of this process when nothing is left to collect. */
function residentBytes(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

const words = 4;
const bytes = 4 * words;

/** Calls as onnxruntime makes them, on a double, with a buffer of ours to write to. */
class Caller {
  readonly double: DeviceDouble;
  readonly out: GPUBuffer;
  private readonly device: GPUDevice;

  constructor(readonly open: OpenDevice) {
    this.double = new DeviceDouble(open.device);
    this.device = this.double.device;
    this.out = open.device.createBuffer({ size: bytes, usage: planBufferUsage });
  }

  buffer(usage: number = planBufferUsage, size = bytes): GPUBuffer {
    return this.device.createBuffer({ size, usage });
  }

  write(buffer: GPUBuffer, values: readonly number[], offset = 0): void {
    const data = Uint32Array.from(values);
    this.device.queue.writeBuffer(buffer, offset, new Uint8Array(data.buffer), 0, data.byteLength);
  }

  upload(buffer: GPUBuffer, values: readonly number[]): void {
    const usage = bufferUsage.mapWrite | bufferUsage.copySource;
    const staging = this.device.createBuffer({ size: bytes, usage, mappedAtCreation: true });
    new Uint32Array(staging.getMappedRange()).set(values);
    staging.unmap();
    this.submit((encoder) => encoder.copyBufferToBuffer(staging, 0, buffer, 0, bytes));
    staging.destroy();
  }

  /** `to[i] = …` for four words, over another buffer or a uniform. */
  async kernel(
    body: string,
    to: GPUBuffer,
    from: GPUBuffer,
    type: 'uniform' | 'read-only-storage' = 'read-only-storage',
    counts?: GPUBuffer,
  ): Promise<(encoder: GPUCommandEncoder) => void> {
    const space = type === 'uniform' ? 'uniform' : 'storage, read';
    const code = `@group(0) @binding(0) var<storage, read_write> to: array<u32>;
      @group(0) @binding(1) var<${space}> source: ${type === 'uniform' ? 'vec4<u32>' : 'array<u32>'};
      @compute @workgroup_size(${words}) fn main(@builtin(local_invocation_index) i: u32) { to[i] = ${body}; }`;
    const buffers = ['storage', type] as const;
    const layout = this.device.createBindGroupLayout({
      entries: buffers.map((kind, binding) => ({ binding, visibility: 4, buffer: { type: kind } })),
    });
    const pipeline = await this.device.createComputePipelineAsync({
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.device.createShaderModule({ code }), entryPoint: 'main' },
    });
    const entries = [to, from].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = this.device.createBindGroup({ layout, entries });
    return (encoder) => {
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      if (counts) pass.dispatchWorkgroupsIndirect(counts, 0);
      else pass.dispatchWorkgroups(1);
      pass.end();
    };
  }

  submit(...commands: readonly ((encoder: GPUCommandEncoder) => void)[]): void {
    const encoder = this.device.createCommandEncoder();
    for (const encode of commands) encode(encoder);
    this.device.queue.submit([encoder.finish()]);
  }

  /** Records the calls and replays them twice over poisoned memory: what `out` then holds, or why not. */
  async replayed(work: () => Promise<void>, clear = false): Promise<readonly number[] | string> {
    const run = await this.double.record(work);
    this.double.sweep();
    const replay = await Replay.of(this.open, run, new Set([this.out]), { clear });
    if (typeof replay === 'string') return replay;
    for (let step = 0; step < 2; step++) {
      for (const buffer of [...replay.scratch, this.out])
        this.open.device.queue.writeBuffer(buffer, 0, new Uint32Array(buffer.size / 4).fill(0x7fc0dead));
      const encoder = this.open.device.createCommandEncoder();
      replay.encode(encoder);
      this.open.submit(encoder);
    }
    const readback = new Readback(this.open);
    const { out } = await readback.read([{ name: 'out', dtype: 'int32', shape: [words], buffer: this.out, offset: 0 }]);
    readback.dispose();
    replay.dispose();
    return elements(out!);
  }

  dispose(): void {
    this.double.dispose();
    this.out.destroy();
  }
}

async function replayed(
  open: OpenDevice,
  calls: (caller: Caller) => Promise<() => Promise<void>>,
  clear = false,
): Promise<readonly number[] | string> {
  const caller = new Caller(open);
  try {
    return await caller.replayed(await calls(caller), clear);
  } finally {
    caller.dispose();
    expect(open.memory.bytesInUse).toBe(0);
    expect(caller.double.bytesInUse).toBe(0);
  }
}

describeOnGpu('A recording', (device) => {
  it('gives each dispatch the uniforms that it had', async () => {
    const found = await replayed(device, (caller) =>
      Promise.resolve(async () => {
        const uniform = caller.buffer(bufferUsage.uniform | bufferUsage.copyDestination);
        const [first, second] = [caller.buffer(), caller.buffer()];
        caller.write(uniform, [1, 2, 3, 4]);
        caller.submit(await caller.kernel('source[i]', first, uniform, 'uniform'));
        caller.write(uniform, [10], 4);
        caller.submit(
          await caller.kernel('source[i]', second, uniform, 'uniform'),
          await caller.kernel('source[i]', caller.out, first),
          await caller.kernel('to[i] * 100u + source[i]', caller.out, second),
        );
        uniform.destroy();
      }),
    );
    expect(found).toEqual([101, 210, 303, 404]);
  });

  it('repeats uploads, copies, clears and dispatches that count themselves', async () => {
    const found = await replayed(device, (caller) =>
      Promise.resolve(async () => {
        const [given, copied] = [caller.buffer(), caller.buffer()];
        const counts = caller.buffer(bufferUsage.storage | bufferUsage.indirect | bufferUsage.copyDestination);
        caller.upload(given, [5, 6, 7, 8]);
        caller.upload(counts, [1, 1, 1, 0]);
        const kernel = await caller.kernel('source[i] + 1u', caller.out, copied, 'read-only-storage', counts);
        caller.submit(
          (encoder) => encoder.copyBufferToBuffer(given, 4, copied, 0, 12),
          (encoder) => encoder.clearBuffer(copied, 12, 4),
          kernel,
        );
      }),
    );
    expect(found).toEqual([7, 8, 9, 1]);
  });

  it('reads weights where they are', async () => {
    const found = await replayed(device, async (caller) => {
      const weights = caller.buffer();
      caller.write(weights, [4, 3, 2, 1]);
      await Promise.resolve();
      return async () => caller.submit(await caller.kernel('source[i]', caller.out, weights));
    });
    expect(found).toEqual([4, 3, 2, 1]);
  });

  it('lets intermediates share memory when their uses do not overlap', async () => {
    const caller = new Caller(device);
    const run = await caller.double.record(async () => {
      let last = caller.out;
      for (let step = 0; step < 10; step++) {
        const next = caller.buffer();
        caller.submit(await caller.kernel('source[i] + 1u', next, last));
        last.destroy();
        last = next;
      }
    });
    const replay = await Replay.of(device, run, new Set([caller.out]), { clear: false });
    expect(replay).toBeInstanceOf(Replay);
    if (typeof replay === 'string') return;
    expect([replay.dispatches, replay.bytesInUse]).toEqual([10, 2 * bytes]);
    replay.dispose();
    caller.dispose();
  });

  it('clears intermediates for kernels that count on memory being zero', async () => {
    const calls = (caller: Caller) =>
      Promise.resolve(async () => {
        const [ones, sum] = [caller.buffer(), caller.buffer()];
        caller.upload(ones, [1, 1, 1, 1]);
        caller.submit(
          await caller.kernel('to[i] + source[i]', sum, ones),
          await caller.kernel('source[i]', caller.out, sum),
        );
      });
    expect(await replayed(device, calls)).not.toEqual([1, 1, 1, 1]);
    expect(await replayed(device, calls, true)).toEqual([1, 1, 1, 1]);
  });

  it('is refused when the run waits for numbers', async () => {
    const found = await replayed(device, (caller) =>
      Promise.resolve(async () => {
        const staging = caller.buffer(bufferUsage.mapRead | bufferUsage.copyDestination);
        caller.submit((encoder) => encoder.copyBufferToBuffer(caller.out, 0, staging, 0, bytes));
        await staging.mapAsync(mapModeRead);
        staging.unmap();
      }),
    );
    expect(found).toBe('onnxruntime reads 16 bytes back during the run, for a node that it computes on the processor');
  });

  it('is refused when the run changes what it keeps', async () => {
    const found = await replayed(device, async (caller) => {
      const kept = caller.buffer();
      await Promise.resolve();
      return async () => caller.submit(await caller.kernel('source[i]', kept, caller.out));
    });
    expect(found).toBe('onnxruntime writes to buffers that it keeps between runs');
  });
});

const scaled = `g (float[64, 512] x, float[512] s, int64[4] i, bool[5] b) => (float[64, 512] y, float[4] z, int64[4] j, bool[5] n) {
  e = Exp (x)
  y = Mul (e, s)
  z = Gather (s, i)
  j = Add (i, i)
  n = Not (b)
}`;

async function outputsOf(runner: PlanRunner, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  for (const { name, buffer } of runner.plan.inputs)
    if (feeds[name]) uploadTensor(runner.device, runner.buffers[buffer]!, feeds[name]);
  await runner.run();
  const readback = new Readback(runner.device);
  const outputs = await readback.read(runner.plan.outputs.map((port) => runner.stored(port)));
  readback.dispose();
  return outputs;
}

describeOnGpu('A segment of onnxruntime', (device) => {
  const feeds = {
    i: tensorOf('int64', [4], [3, 0, 1, 3]),
    s: tensorOf(
      'float32',
      [512],
      Float32Array.from({ length: 512 }, (_, at) => at),
    ),
    b: tensorOf('bool', [5], [1, 0, 0, 1, 1]),
  };

  async function computes(open: OpenDevice): Promise<void> {
    const runner = await PlanRunner.open(open, wholeSession(parseGraph(scaled)), { segments: onnxruntimeSegments });
    expect(runner.notes).toEqual([]);
    const { y, z, j, n } = await outputsOf(runner, feeds);
    expect([elements(z!), elements(j!), elements(n!)]).toEqual([
      [3, 0, 1, 3],
      [6, 0, 2, 6],
      [0, 1, 1, 0, 0],
    ]);
    expect(elements(y!).slice(0, 3)).toEqual([0, 1, 2]);
    await runner.dispose();
  }

  it('keeps int64 and truth values in the layout of plans', () => computes(device));

  it('is recorded and verified anew on another device', async () => {
    const other = await openTestDevice();
    await computes(other);
    await other.close();
    await computes(device);
  });

  it('runs ordinarily what cannot be replayed, and says why', async () => {
    const graph = parseGraph('g (float[2, 2] x) => (float[2, 2] y) { d = Det (x) e = Mul (x, d) y = Relu (e) }');
    for (const { outputs } of graph.nodes.slice(0, 1)) Object.assign(outputs[0]!, { dtype: 'float32', shape: [] });
    const runner = await PlanRunner.open(device, wholeSession(graph), { segments: onnxruntimeSegments });
    expect(runner.notes).toEqual([
      'g: onnxruntime reads 16 bytes back during the run, for a node that it computes on the processor',
    ]);
    const encoder = device.device.createCommandEncoder();
    expect(() => runner.encode(encoder)).toThrow(/no recording to replay: onnxruntime reads 16 bytes back/);
    const { y } = await outputsOf(runner, { x: tensorOf('float32', [2, 2], [1, 2, 3, 5]) });
    expect(elements(y!)).toEqual([0, 0, 0, 0]);
    const again = await outputsOf(runner, { x: tensorOf('float32', [2, 2], [3, 1, 1, 1]) });
    await runner.dispose();
    for (const [at, wanted] of [6, 2, 2, 2].entries()) expect(elements(again.y!)[at]).toBeCloseTo(wanted, 4);
  });

  it('says what onnxruntime cannot load', async () => {
    const graph = parseGraph('g (float[2] x) => (float[2] y) { y = NoSuchOperator (x) }');
    await expect(PlanRunner.open(device, wholeSession(graph), { segments: onnxruntimeSegments })).rejects.toThrow(
      /onnxruntime: it must load the graph of the segment, got .*NoSuchOperator/s,
    );
    expect(device.memory.bytesInUse).toBe(0);
  });

  it('leaves nothing behind: 200 times opened, recorded, replayed, disposed of', { timeout: 300_000 }, async () => {
    const plan = wholeSession(parseGraph(scaled));
    let before = 0;
    for (let cycle = 0; cycle < 200; cycle++) {
      const runner = await PlanRunner.open(device, plan, { segments: onnxruntimeSegments });
      await runner.run();
      await runner.dispose();
      await device.finish();
      expect(device.memory.bytesInUse).toBe(0);
      if (cycle % 20 === 0) collectGarbage();
      if (cycle === 20) before = residentBytes();
    }
    // A cycle holds some 0.8 MB of GPU memory, which is main memory where the GPU is emulated.
    expect(residentBytes() - before).toBeLessThan(100e6);
  });
});
