// The trainer on WebGPU in a dedicated web worker of Chromium, on its SwiftShader.
import { describe, expect, it } from 'vitest';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { requireDawn } from '../../workers/webgpu/dawn.node.js';
import { OpenDevice } from '../../workers/webgpu/device.js';
import { gpuDriver } from '../../workers/webgpu/gpuDriver.js';
import { rings, trainHere } from '../workers/rings.js';
import { browserForTests } from './browser.js';
import type { Told } from './page.js';

const browser = browserForTests();
// Adam would blow up the rounding of gradients that are 0: those of a bias before a normalization.
const settings = { epochs: 2, optimizer: { type: 'sgd' }, learningRate: 0.1 };

function metricsOf({ last }: Told): Readonly<Record<string, number>> {
  return (last.epoch as { metrics: Record<string, number> }).metrics;
}

describe('training on WebGPU in a web worker', () => {
  it('gives the weights that Node gives on the same adapter', async () => {
    const page = await browser.open();
    const told = await page.train({ backend: 'webgpu', settings });
    expect(told.fault).toBeUndefined();
    expect(told.types.at(-1)).toBe('finished');
    const device = await OpenDevice.request(await requireDawn());
    const driver = gpuDriver({ device: () => Promise.resolve(device), backend: ortNative });
    const here = await trainHere(rings(settings), { driver });
    await device.close();
    for (const { name, tensor } of here.last('checkpoint').checkpoint.tensors) {
      const numbers = Array.from(tensor.data as unknown as ArrayLike<number>);
      expect(told.weights[name], name).toHaveLength(numbers.length);
      numbers.forEach((number, index) => expect(told.weights[name]![index], name).toBeCloseTo(number, 5));
    }
    expect(page.foreign).toEqual([]);
    expect(page.errors).toEqual([]);
  });

  it('gives the metrics of WebAssembly, but for rounding', async () => {
    const page = await browser.open();
    const gpu = await page.train({ backend: 'webgpu', settings });
    const cpu = await page.train({ backend: 'wasm', settings });
    for (const [name, value] of Object.entries(metricsOf(cpu))) expect(metricsOf(gpu)[name]).toBeCloseTo(value, 4);
  });

  it('takes WebAssembly by itself where the only GPU is emulated, and says so', async () => {
    const { train } = await browser.open();
    const told = await train({ backend: 'auto', settings: { epochs: 1 } });
    expect(told.last.prepared).toMatchObject({
      backend: 'wasm',
      reason: 'wasm: the only GPU is SwiftShader, which computes on the processor',
    });
  });

  it('ends a run with a checkpoint when it is asked to stop', async () => {
    const { train } = await browser.open();
    const told = await train({ backend: 'webgpu', settings: { epochs: 500 }, stopAt: 'epoch' });
    expect(told.types.slice(-2)).toEqual(['checkpoint', 'interrupted']);
  });

  it('goes on with another worker when one is ended in the middle of a run', async () => {
    const { train } = await browser.open();
    const killed = await train({ backend: 'webgpu', settings: { epochs: 500 }, killAt: 'epoch' });
    expect(killed.fault?.code).toBe('worker.crashed');
    expect((await train({ backend: 'webgpu', settings })).types.at(-1)).toBe('finished');
  });

  it('lets go of a page that is closed in the middle of a run', async () => {
    const closed = await browser.open();
    const running = closed.train({ backend: 'webgpu', settings: { epochs: 500 } });
    running.catch(() => undefined);
    await closed.until('epoch');
    await closed.page.close();
    await expect(running).rejects.toThrow('closed');
    const { train } = await browser.open();
    expect((await train({ backend: 'webgpu', settings })).types.at(-1)).toBe('finished');
  });

  it('marks a run interrupted when the GPU is lost, and keeps its last checkpoint', async () => {
    const { page, train, until } = await browser.open();
    const running = train({ backend: 'webgpu', settings: { epochs: 500 } });
    await until('epoch');
    const session = await page.context().browser()!.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
    const told = await running;
    expect(told.types.at(-1)).toBe('interrupted');
    const { fault, step } = told.last.interrupted as { fault: { code: string }; step: number };
    expect(fault.code).toBe('gpu.lost');
    expect(step).toBeGreaterThan(0);
  });
});
