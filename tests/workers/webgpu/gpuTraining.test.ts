// Whole trainings on the GPU: against the processor, resumed, stopped, broken.
import { expect, it } from 'vitest';
import type { CheckpointFrame } from '../../../contract/tensorFrame.js';
import type { TrainerEvent } from '../../../contract/training.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import { JobControl } from '../../../workers/jobControl.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { gpuDriver, type GpuDriverOptions } from '../../../workers/webgpu/gpuDriver.js';
import { rings, trainHere, type Told } from '../rings.js';
import { describeOnGpu, openTestDevice } from './testDevice.js';

function bytesOf(frame: CheckpointFrame): Map<string, string> {
  return new Map(
    frame.tensors.map(({ name, tensor: { data } }) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
    ]),
  );
}

const on = (device: OpenDevice, options: Partial<GpuDriverOptions> = {}): { driver: ReturnType<typeof gpuDriver> } => ({
  driver: gpuDriver({ device: () => Promise.resolve(device), backend: ortNative, ...options }),
});

/** The losses of all steps, in order. */
function lossesOf({ events }: Told): number[] {
  return events.flatMap((event) =>
    event.type === 'metrics'
      ? event.series.filter(({ name }) => name === 'train_loss').flatMap(({ values }) => values)
      : [],
  );
}

describeOnGpu('Training on the GPU', (device) => {
  it('gives the losses of the processor, but for rounding', async () => {
    const data = rings({ epochs: 3, metrics: [{ type: 'accuracy' }, { type: 'auc' }] });
    const here = await trainHere(data);
    const there = await trainHere(data, on(device));
    expect(there.last('prepared')).toEqual({ ...here.last('prepared'), backend: 'webgpu' });
    const expected = lossesOf(here);
    expect(expected).toHaveLength(21);
    lossesOf(there).forEach((loss, index) => expect(Math.abs(loss / expected[index]! - 1)).toBeLessThan(1e-5));
    const [found, wanted] = [there, here].map(({ last }) => last('finished').metrics);
    expect(found!.test_accuracy).toBe(wanted!.test_accuracy);
    // A bias before a normalisation has no gradient but rounding, which Adam makes steps of; evaluation sees it.
    expect(found!.test_auc).toBeCloseTo(wanted!.test_auc!, 2);
    expect(found!.test_loss! / wanted!.test_loss!).toBeCloseTo(1, 2);
  });

  it.each([1, 9])('resumes bit-equal after a stop before chunk %i', async (stopAfter) => {
    const data = rings({ average: { decay: 0.9 }, schedule: { type: 'reduceOnPlateau', options: { patience: 1 } } });
    const whole = await trainHere(data, on(device));
    const first = await trainHere(data, { ...on(device), stopAfter });
    expect(first.last('interrupted').step).toBeGreaterThanOrEqual(stopAfter);
    expect(first.last('interrupted').step).toBe(first.last('checkpoint').checkpoint.step);
    const { checkpoint } = first.last('checkpoint');
    const second = await trainHere(data, { ...on(device), resume: structuredClone(checkpoint) });
    expect(bytesOf(second.last('checkpoint').checkpoint)).toEqual(bytesOf(whole.last('checkpoint').checkpoint));
    expect(second.last('epoch').metrics).toEqual(whole.last('epoch').metrics);
  });

  it('refuses a checkpoint of another model by name', async () => {
    const { checkpoint } = (await trainHere(rings({ epochs: 1 }), on(device))).last('checkpoint');
    const without = checkpoint.tensors.filter(({ name }) => name !== 'out.bias');
    const resumed = trainHere(rings(), { ...on(device), resume: { ...checkpoint, tensors: without } });
    await expect(resumed).rejects.toThrow("tensor 'out.bias' is missing");
  });

  it('gives the same weights when batches are streamed', async () => {
    const data = rings({ epochs: 2 });
    const gathered = await trainHere(data, on(device));
    const streamed = await trainHere(data, on(device, { dataBudget: 0 }));
    expect(streamed.last('prepared').notes).toEqual([
      'The data do not fit their share of GPU memory: batches are streamed.',
    ]);
    expect(bytesOf(streamed.last('checkpoint').checkpoint)).toEqual(bytesOf(gathered.last('checkpoint').checkpoint));
    expect(streamed.last('finished').metrics).toEqual(gathered.last('finished').metrics);
  });

  it('keeps the best epoch, and checkpoints between epochs from which it continues bit-equal', async () => {
    const data = rings({ keep: 'best', learningRate: 0.2, epochs: 6 });
    const told = await trainHere(data, { ...on(device), request: { checkpointSeconds: 1e-6 } });
    const losses = told.events.flatMap((event) => (event.type === 'epoch' ? [event.metrics.val_loss!] : []));
    expect(told.last('finished').metrics.val_loss).toBe(Math.min(...losses));
    const frames = told.events.flatMap((event) => (event.type === 'checkpoint' ? [event.checkpoint] : []));
    const middle = frames.find(({ step }) => step % 7 !== 0)!;
    const again = await trainHere(data, { ...on(device), resume: middle });
    expect(bytesOf(again.last('checkpoint').checkpoint)).toEqual(bytesOf(frames.at(-1)!));
  });

  it('keeps the state before a step whose loss is not finite, and names the first tensor that is not', async () => {
    const frames: CheckpointFrame[] = [];
    const hear = (event: TrainerEvent): void => {
      if (event.type === 'checkpoint') frames.push(event.checkpoint);
    };
    const data = rings({ optimizer: { type: 'sgd' }, learningRate: 1e6, epochs: 50 });
    // As on the command line, where the step is run once more on the GPU.
    const backend = webgpuBackend({ device: () => Promise.resolve(device) });
    const failing = trainHere(data, { ...on(device, { backend }), control: { channel: new JobControl(), hear } });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('train.notFinite');
    expect((error as EngineError).message).toMatch(/the first (NaN|infinity) is in \w+ '/);
    for (const { tensor } of frames.flatMap(({ tensors }) => tensors))
      expect((tensor.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it('pauses and continues to the same weights', async () => {
    const plain = await trainHere(rings({ epochs: 3 }), on(device));
    const channel = new JobControl();
    const hear = ({ type }: TrainerEvent): void => {
      if (type === 'epoch') channel.hear('pause');
      if (type === 'paused') channel.hear('resume');
    };
    const told = await trainHere(rings({ epochs: 3 }), { ...on(device), control: { channel, hear } });
    expect(told.last('continued').step).toBeGreaterThan(0);
    expect(bytesOf(told.last('checkpoint').checkpoint)).toEqual(bytesOf(plain.last('checkpoint').checkpoint));
  });

  it('is interrupted with its last checkpoint when the device is lost', async () => {
    const own = await openTestDevice();
    const hear = ({ type }: TrainerEvent): void => {
      if (type === 'epoch') void own.close();
    };
    const told = await trainHere(rings(), { ...on(own), control: { channel: new JobControl(), hear } });
    const outcome = told.last('interrupted');
    expect(outcome.fault?.code).toBe('gpu.lost');
    expect(outcome.step).toBe(told.last('checkpoint').checkpoint.step);
  });

  it('gives back all memory, however often it trains', async () => {
    const before = device.memory.bytesInUse;
    for (let run = 0; run < 3; run++) await trainHere(rings({ epochs: 1 }), on(device));
    expect(device.memory.bytesInUse).toBe(before);
  });
});
