// Reading buffers back: any offset and element type, several readers at once, staging memory that is used again.
import { expect, it } from 'vitest';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { planBufferUsage } from '../../../workers/webgpu/webgpuConstants.js';
import { describeOnGpu } from './testDevice.js';

describeOnGpu('readback', (device) => {
  const allocate = async (bytes: number): Promise<GPUBuffer> =>
    (await device.memory.allocate([{ label: 'source', bytes, usage: planBufferUsage }]))[0]!;

  it('reads several tensors at any offset, halves between words too', async () => {
    const readback = new Readback(device);
    const [numbers, halves] = [await allocate(32), await allocate(32)];
    uploadTensor(device, numbers, tensorOf('float32', [8], [0, 1, 2, 3, 4, 5, 6, 7]));
    uploadTensor(device, halves, tensorOf('float16', [8], [0, 1, 2, 3, 4, 5, 6, 7]));
    const result = await readback.read([
      { name: 'tail', dtype: 'float32', shape: [2], buffer: numbers, offset: 6 },
      { name: 'odd', dtype: 'float16', shape: [3], buffer: halves, offset: 3 },
      { name: 'none', dtype: 'float32', shape: [0], buffer: numbers, offset: 0 },
      { name: 'one', dtype: 'float32', shape: [], buffer: numbers, offset: 1 },
    ]);
    expect(Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, elements(tensor)]))).toEqual({
      tail: [6, 7],
      odd: [3, 4, 5],
      none: [],
      one: [1],
    });
    readback.dispose();
    device.memory.release([numbers, halves]);
  });

  it('gives each reader what was there when it asked', async () => {
    const readback = new Readback(device);
    const source = await allocate(4);
    const readings: Promise<Record<string, { readonly data: ArrayLike<number | bigint> }>>[] = [];
    for (let value = 0; value < 5; value++) {
      uploadTensor(device, source, tensorOf('float32', [1], [value]));
      const encoder = device.device.createCommandEncoder();
      const pending = await readback.encode(encoder, [
        { name: 'x', dtype: 'float32', shape: [1], buffer: source, offset: 0 },
      ]);
      device.submit(encoder);
      readings.push(pending.read());
    }
    expect((await Promise.all(readings)).map(({ x }) => x!.data[0])).toEqual([0, 1, 2, 3, 4]);
    readback.dispose();
    device.memory.release([source]);
  });

  it('uses its staging memory again, and releases it', async () => {
    const before = device.memory.bytesInUse;
    const readback = new Readback(device);
    const source = await allocate(4000);
    const read = (count: number) =>
      readback.read([{ name: 'x', dtype: 'float32', shape: [count], buffer: source, offset: 0 }]);
    await read(1000);
    const held = device.memory.bytesInUse;
    for (const count of [1000, 900, 1000, 500, 1000]) await read(count);
    expect(device.memory.bytesInUse).toBe(held);
    await Promise.all([read(1000), read(1000), read(1000)]);
    expect(device.memory.bytesInUse).toBeGreaterThan(held);
    readback.dispose();
    device.memory.release([source]);
    expect(device.memory.bytesInUse).toBe(before);
    await expect(read(1)).rejects.toMatchObject({ code: 'gpu.disposed' });
  });
});
