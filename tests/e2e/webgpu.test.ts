// WebGPU in a dedicated web worker of Chromium, on its SwiftShader.
import { expect, it } from 'vitest';
import { browserForTests } from './browser.js';

const browser = browserForTests();

it('trains on WebGPU in a web worker as it does on WebAssembly', async () => {
  const page = await browser.open();
  // Adam would blow up the rounding of gradients that are 0: those of a bias before a normalization.
  const settings = { epochs: 2, optimizer: { type: 'sgd' }, learningRate: 0.1 };
  const gpu = await page.train({ backend: 'webgpu', settings });
  const cpu = await page.train({ backend: 'wasm', settings });
  expect(gpu.fault).toBeUndefined();
  expect(gpu.types.at(-1)).toBe('finished');
  const metricsOf = ({ last }: typeof gpu): Record<string, number> =>
    (last.epoch as { metrics: Record<string, number> }).metrics;
  for (const [name, value] of Object.entries(metricsOf(cpu))) expect(metricsOf(gpu)[name]).toBeCloseTo(value, 4);
  expect(page.foreign).toEqual([]);
  expect(page.errors).toEqual([]);
});
