// An augmented training on the GPU: its batches come from the host, what it evaluates lies on the GPU.
import { expect, it } from 'vitest';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { gpuDriver } from '../../../workers/webgpu/gpuDriver.js';
import { digits } from '../augmentedDigits.js';
import { trainHere, type Told } from '../rings.js';
import { describeOnGpu } from './testDevice.js';

function lossesOf({ events }: Told): number[] {
  return events.flatMap((event) =>
    event.type === 'metrics'
      ? event.series.filter(({ name }) => name === 'train_loss').flatMap(({ values }) => values)
      : [],
  );
}

describeOnGpu('An augmented training on the GPU', (device) => {
  it('takes the steps of the processor, but for rounding, and says where its batches come from', async () => {
    const data = await digits({ epochs: 2 });
    const here = await trainHere(data);
    const driver = gpuDriver({ device: () => Promise.resolve(device), backend: ortNative });
    const there = await trainHere(data, { driver });
    expect(there.last('prepared').notes).toEqual([
      'Augmented batches are prepared on the processor and brought to the GPU while it computes.',
    ]);
    const expected = lossesOf(here);
    const found = lossesOf(there);
    expect(found).toHaveLength(expected.length);
    found.forEach((loss, index) => expect(Math.abs(loss / expected[index]! - 1)).toBeLessThan(1e-4));
    const [metrics, wanted] = [there, here].map(({ last }) => last('finished').metrics);
    expect(metrics!.test_accuracy).toBeCloseTo(wanted!.test_accuracy!, 2);
  });
});
