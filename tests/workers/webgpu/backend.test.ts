// The WebGPU backend behind the interface of all backends: shapes, element types, what goes elsewhere, and what it leaves behind.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { Graph } from '../../../engine/ir/graph.js';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import type { Session } from '../../../workers/backends/backend.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';
import { tellingNotes } from '../../../workers/backends/tellingNotes.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import { describeOnGpu, openTestDevice } from './testDevice.js';

/** The bytes of a graph. */
function model(build: (emit: Emit) => void): Uint8Array {
  const emit = new Emit(new Graph());
  build(emit);
  return encodeModel(emit.graph);
}

/** y = relu(x · w + b) summed over the batch, beside y itself. */
const dense = model((emit) => {
  const x = emit.input('x', 'float32', ['batch', 3]);
  const w = emit.constant(tensorOf('float32', [3, 2], [1, -1, 2, -2, 3, -3]));
  const y = emit.relu(emit.add(emit.matMul(x, w), emit.constant(tensorOf('float32', [2], [0.5, 40]))));
  y.name = 'y';
  emit.output(y);
  const sum = emit.reduceSum(y, [0], false);
  sum.name = 'sum';
  emit.output(sum);
});

it('The WebGPU backend without an adapter computes on the CPU and says so, or refuses', async () => {
  const device = () => Promise.reject(new EngineError('gpu.none', 'GPU: there is none.'));
  const session = await webgpuBackend({ device, fallback: () => Promise.resolve(ortWasm) }).open(dense);
  const { y } = await session.run({ x: tensorOf('float32', [1, 3], [1, 2, 3]) });
  expect(elements(y!)).toEqual([14.5, 26]);
  expect(session.notes).toEqual(['computed by the CPU: GPU: there is none.']);
  await session.dispose();
  await expect(webgpuBackend({ device }).open(dense)).rejects.toMatchObject({ code: 'gpu.none' });
});

describeOnGpu('the WebGPU backend', (device) => {
  const strict = webgpuBackend({ device: () => Promise.resolve(device) });
  const lenient = webgpuBackend({ device: () => Promise.resolve(device), fallback: () => Promise.resolve(ortWasm) });

  async function using<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await work(session);
    } finally {
      await session.dispose();
    }
  }

  it('compiles for each batch that it meets', async () => {
    await using(await strict.open(dense), async (session) => {
      expect(session.inputNames).toEqual(['x']);
      expect(session.outputNames).toEqual(['y', 'sum']);
      const one = await session.run({ x: tensorOf('float32', [1, 3], [1, 2, 3]) });
      expect(elements(one.y!)).toEqual([14.5, 26]);
      const two = await session.run({ x: tensorOf('float32', [2, 3], [1, 2, 3, -1, -2, -3]) });
      expect(two.y).toEqual(tensorOf('float32', [2, 2], [14.5, 26, 0, 54]));
      expect(elements(two.sum!)).toEqual([14.5, 80]);
      expect(session.notes).toEqual([]);
    });
  });

  it('writes into given tensors', async () => {
    await using(await strict.open(dense, { dimensions: { batch: 1 } }), async (session) => {
      const y = tensorOf('float32', [1, 2], [0, 0]);
      const result = await session.run({ x: tensorOf('float32', [1, 3], [1, 2, 3]) }, { y });
      expect(result.y).toBe(y);
      expect(elements(y)).toEqual([14.5, 26]);
    });
  });

  it('keeps runs apart that are started at once', async () => {
    await using(await strict.open(dense), async (session) => {
      const runs = Array.from({ length: 8 }, (_, index) =>
        session.run({ x: tensorOf('float32', [1, 3], [index, 0, 0]) }),
      );
      const sums = (await Promise.all(runs)).map(({ sum }) => elements(sum!)[0]);
      expect(sums).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]);
    });
  });

  it('refuses feeds that do not fit, by name', async () => {
    await using(await strict.open(dense), async (session) => {
      await expect(session.run({})).rejects.toThrow("Input 'x': it must be fed, got nothing");
      await expect(session.run({ x: tensorOf('int64', [1, 3], [1, 2, 3]) })).rejects.toThrow(
        "Input 'x': must be float32, got int64",
      );
      await expect(session.run({ x: tensorOf('float32', [1, 2], [1, 2]) })).rejects.toThrow(
        "Input 'x': must have shape [batch, 3], got [1, 2]",
      );
    });
  });

  it('leaves float64, shapes that depend on values and wide integers to another backend, and says so', async () => {
    const double = model((emit) =>
      emit.output(emit.add(emit.input('x', 'float64', [2]), emit.input('z', 'float64', [2]))),
    );
    await using(await lenient.open(double), async (session) => {
      const x = tensorOf('float64', [2], [1, 2]);
      expect(elements(Object.values(await session.run({ x, z: x }))[0]!)).toEqual([2, 4]);
      expect(session.notes).toEqual(["computed by the CPU: 'x': WebGPU has no float64"]);
    });
    await expect(strict.open(double)).rejects.toMatchObject({ code: 'gpu.type' });
    const dynamic = model((emit) =>
      emit.output(emit.node('Reshape', [emit.input('x', 'float32', [4]), emit.input('s', 'int64', [2])])),
    );
    await using(await lenient.open(dynamic), async (session) => {
      const feeds = { x: tensorOf('float32', [4], [1, 2, 3, 4]), s: tensorOf('int64', [2], [2, 2]) };
      expect(Object.values(await session.run(feeds))[0]!.shape).toEqual([2, 2]);
      expect(session.notes).toHaveLength(1);
    });
    const integers = model((emit) => emit.output(emit.add(emit.input('x', 'int64', [1]), emit.ints([1]))));
    await using(await lenient.open(integers), async (session) => {
      const wide = { dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 40n) } as const;
      expect(Object.values(await session.run({ x: wide }))[0]!.data).toEqual(BigInt64Array.of(2n ** 40n + 1n));
      expect(session.notes).toEqual([expect.stringMatching(/input 'x': integers on the GPU have 32 bits/)]);
    });
  });

  it('tells its notes once where somebody listens', async () => {
    const integers = model((emit) => emit.output(emit.add(emit.input('x', 'int64', [1]), emit.ints([1]))));
    const heard: string[] = [];
    await using(await tellingNotes(lenient, (note) => heard.push(note)).open(integers), async (session) => {
      await session.run({ x: tensorOf('int64', [1], [1]) });
      expect(heard).toEqual([]);
      const wide = { dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 40n) } as const;
      await session.run({ x: wide });
      await session.run({ x: wide });
      expect(heard).toEqual(session.notes);
      expect(heard).toHaveLength(1);
    });
  });

  it('tells of a device that was lost', async () => {
    const lost = await openTestDevice();
    const session = await webgpuBackend({
      device: () => Promise.resolve(lost),
      fallback: () => Promise.resolve(ortWasm),
    }).open(dense);
    const feeds = { x: tensorOf('float32', [1, 3], [1, 2, 3]) };
    await session.run(feeds);
    await lost.close();
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'gpu.lost' });
    await session.dispose();
  });

  it('leaves nothing behind after 200 models', async () => {
    const before = device.memory.bytesInUse;
    const batch = 65_536;
    const large = {
      x: tensorOf(
        'float32',
        [batch, 3],
        Array.from({ length: 3 * batch }, () => 1),
      ),
    };
    const cycle = async (): Promise<void> => {
      await using(await strict.open(dense), async (session) => {
        expect(elements((await session.run(large)).sum!)[0]).toBe(batch * 6.5);
        expect(device.memory.bytesInUse).toBeGreaterThan(before + batch * 12);
      });
    };
    for (let count = 0; count < 50; count++) await cycle();
    const resident = residentBytes();
    for (let count = 0; count < 150; count++) await cycle();
    expect(device.memory.bytesInUse).toBe(before);
    // The buffers of one model have 1.3 MB: left behind each time, they would be 200 MB.
    expect(residentBytes() - resident).toBeLessThan(80e6);
  });
});

/** Memory of the process after a collection. */
function residentBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage.rss();
}
