// The trainer in a dedicated web worker of Chromium, on onnxruntime-web's WebAssembly.
import { describe, expect, it } from 'vitest';
import { ortWasm } from '../../workers/backends/ortWasm.node.js';
import { rings, trainHere } from '../workers/rings.js';
import { browserForTests } from './browser.js';

const browser = browserForTests();
const short = { epochs: 2 };

describe('training in a web worker', () => {
  it('gives what Node gives on WebAssembly, from its own origin alone', async () => {
    const page = await browser.open();
    const told = await page.train({ backend: 'wasm', settings: short });
    expect(told.fault).toBeUndefined();
    expect(told.types.at(-1)).toBe('finished');
    const here = await trainHere(rings(short), { backend: ortWasm });
    const { metrics } = told.last.epoch as { metrics: Record<string, number> };
    for (const [name, value] of Object.entries(here.last('epoch').metrics))
      expect(metrics[name]).toBeCloseTo(value!, 5);
    expect(Object.keys(told.weights)).toEqual(here.last('checkpoint').checkpoint.tensors.map(({ name }) => name));
    expect(page.foreign).toEqual([]);
    expect(page.errors).toEqual([]);
  });

  it('is isolated, so that WebAssembly has threads', async () => {
    const { page } = await browser.open();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it('ends a run with a checkpoint when it is asked to stop', async () => {
    const { train } = await browser.open();
    const told = await train({ backend: 'wasm', stopAt: 'epoch' });
    expect(told.types.at(-1)).toBe('interrupted');
    expect(told.types.at(-2)).toBe('checkpoint');
  });

  it('tells that a worker was ended in the middle of a run', async () => {
    const { train } = await browser.open();
    const told = await train({ backend: 'wasm', killAt: 'epoch' });
    expect(told.fault?.code).toBe('worker.crashed');
  });

  it('names the backends of a browser when it is asked for another', async () => {
    const { train } = await browser.open();
    const { fault } = await train({ backend: 'native' });
    expect(fault?.code).toBe('backend.missing');
    expect(fault?.message).toContain('expected one of');
  });
});
