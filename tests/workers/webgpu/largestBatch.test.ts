// What is advised where a training does not fit a GPU.
import { expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { leastLimits, type KernelTarget } from '../../../engine/kernels/compileOptions.js';
import type { TrainingData } from '../../../engine/training/trainingData.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import type { DriverRequest } from '../../../workers/stepDriver.js';
import { gpuDriver } from '../../../workers/webgpu/gpuDriver.js';
import { largestBatch, stepMemory } from '../../../workers/webgpu/largestBatch.js';
import { rings, trainHere } from '../rings.js';
import { describeOnGpu } from './testDevice.js';

const target: KernelTarget = { limits: leastLimits, features: { f16: false, subgroups: false }, software: false };

/** What a driver would be made of. */
async function requestOf(data: TrainingData): Promise<DriverRequest> {
  let asked: DriverRequest | undefined;
  const refusing = trainHere(data, {
    driver: (request) => {
      asked = request;
      return Promise.reject(new EngineError('test.seen', 'The request has been seen.'));
    },
  });
  await expect(refusing).rejects.toThrow('seen');
  return asked!;
}

it('The largest batch that fits is the last whose buffers are within the room', async () => {
  const request = await requestOf(rings({ batch: 640 }));
  const { total } = stepMemory(request, target, 400);
  const batch = largestBatch(request, target, { bytes: total, largestBuffer: Infinity });
  expect(batch).toBeGreaterThanOrEqual(400);
  expect(stepMemory(request, target, batch).total).toBeLessThanOrEqual(total);
  expect(stepMemory(request, target, batch + 1).total).toBeGreaterThan(total);
});

it('No batch fits where not even one example does', async () => {
  const request = await requestOf(rings());
  expect(largestBatch(request, target, { bytes: 1000, largestBuffer: Infinity })).toBe(0);
});

it('A step needs memory in proportion to its batch, and some that does not depend on it', async () => {
  const request = await requestOf(rings());
  const [one, many, more] = [100, 1100, 2100].map((batch) => stepMemory(request, target, batch).total);
  expect((more! - many!) / (many! - one!)).toBeCloseTo(1, 1);
  expect(one!).toBeGreaterThan((many! - one!) / 10);
});

describeOnGpu('A training that does not fit the GPU', (device) => {
  it('is refused with the largest batch that does, and leaves no memory behind', async () => {
    const before = device.memory.bytesInUse;
    const data = rings({ batch: 1_000_000 });
    const layers = data.spec!.layers.map((layer) =>
      layer.id === 'hidden' ? { ...layer, options: { units: 16_384 } } : layer,
    );
    const failing = trainHere(
      { ...data, spec: { ...data.spec!, layers } },
      { driver: gpuDriver({ device: () => Promise.resolve(device), backend: ortNative }) },
    );
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('gpu.outOfMemory');
    const advised = Number(
      /The largest batch that fits is (\d+): use `--batch \1`/.exec((error as Error).message)?.[1],
    );
    const { maxBufferSize, maxStorageBufferBindingSize } = device.device.limits;
    const widest = Math.min(maxBufferSize, maxStorageBufferBindingSize) / (16_384 * 4);
    expect(advised).toBeLessThanOrEqual(widest);
    expect(advised).toBeGreaterThan(widest / 2);
    expect(device.memory.bytesInUse).toBe(before);
  });
});
