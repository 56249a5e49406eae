// Devices as a browser reports them, and onnxruntime-web on its WebGPU: run, recorded and replayed in a web worker.
import { expect, it } from 'vitest';
import type { DeviceEvent } from '../../contract/jobs.js';
import { browserForTests } from './browser.js';
import type { SegmentsResult } from './segments.web.js';

const browser = browserForTests();

it('reports what a browser computes on', async () => {
  const { run } = await browser.open();
  const { events, result, fault } = await run('devices.web', { kind: 'devices' });
  expect(fault).toBeUndefined();
  expect(result).toEqual({ reason: null });
  const [cpu, ...adapters] = events as DeviceEvent[];
  expect(cpu).toMatchObject({ type: 'cpu', cpu: { backend: 'wasm', reason: null } });
  expect(adapters).toHaveLength(1);
  expect(adapters[0]).toMatchObject({ type: 'adapter', adapter: { name: 'SwiftShader', kind: 'software' } });
});

it(
  'replays a step of onnxruntime bit-equal, and computes it with kernels of its own',
  { timeout: 180_000 },
  async () => {
    const page = await browser.open();
    const { result, fault } = await page.run('/e2e/segments.web.js', { kind: 'devices' });
    expect(fault).toBeUndefined();
    const { kernels, ordinary, replayed, notes } = result as SegmentsResult;
    expect(notes).toEqual([]);
    expect(replayed).toEqual(ordinary);
    for (const [name, numbers] of Object.entries(ordinary))
      numbers.forEach((number, index) => expect(kernels[name]![index], name).toBeCloseTo(number, 4));
    expect(page.foreign).toEqual([]);
    expect(page.errors).toEqual([]);
  },
);
