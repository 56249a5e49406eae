// From the first launch to an exported file that onnxruntime loads, as a person goes: images, a table and texts, on the processor and
// on the GPU of the window.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  beginFineTuning,
  beginTrainingOn,
  beginTrainingWith,
  chooseDevice,
  chooseInPalette,
  exportAs,
  fillNumber,
  startAndFinish,
  tab,
} from './steps.js';
import { appForTests, type OpenWindow, type RunningHost } from './workbench.js';

const app = appForTests();

interface Example {
  readonly title: string;
  readonly data: string;
  /** A model of our own, small: the GPU of the tests is emulated. */
  readonly template: string;
  /** What a chance result is far from, on the test part, after this little training. */
  readonly epochs: number;
  readonly atLeast: number;
}

const examples: readonly Example[] = [
  { title: 'Handwritten digits', data: 'images', template: 'MLP', epochs: 1, atLeast: 0.7 },
  { title: 'Palmer penguins', data: 'a table', template: 'MLP', epochs: 15, atLeast: 0.8 },
  { title: 'First names in two lists', data: 'texts', template: 'Text CNN', epochs: 1, atLeast: 0.6 },
];
const devices = [
  { device: 'Processor', backend: 'native', model: 'the model of the example' },
  { device: 'GPU', backend: 'webgpu', model: 'a model of a template' },
] as const;

/** Loads the file as others do and runs it on zeros. */
async function runExported(path: string): Promise<readonly Tensor[]> {
  const session = await InferenceSession.create(path);
  const feeds = Object.fromEntries(
    session.inputMetadata.map((input): [string, Tensor] => {
      if (!input.isTensor) throw new Error(`input '${input.name}' is no tensor`);
      const shape: number[] = input.shape.map((size) => (typeof size === 'number' && size > 0 ? size : 1));
      const count = shape.reduce((product, size) => product * size, 1);
      if (input.type === 'string') return [input.name, new Tensor('string', Array<string>(count).fill(''), shape)];
      if (input.type === 'int64') return [input.name, new Tensor('int64', new BigInt64Array(count), shape)];
      if (input.type === 'int32') return [input.name, new Tensor('int32', new Int32Array(count), shape)];
      if (input.type === 'uint8') return [input.name, new Tensor('uint8', new Uint8Array(count), shape)];
      return [input.name, new Tensor('float32', new Float32Array(count), shape)];
    }),
  );
  return Object.values(await session.run(feeds));
}

/** What was exported is trained on; that run is then the pattern of another. */
async function fineTuneAndRepeat(page: Page, path: string): Promise<void> {
  await beginFineTuning(page, path);
  await fillNumber(page, 'Epochs', 1);
  await startAndFinish(page);
  await page.getByRole('button', { name: 'Train again' }).click();
  await page.getByRole('heading', { name: 'New training' }).waitFor();
  const epochs = page.getByRole('textbox', { name: 'Epochs', exact: true });
  await expect.poll(() => epochs.inputValue(), { timeout: 30_000 }).toBe('1');
  await page.getByText(basename(path)).filter({ visible: true }).first().waitFor();
}

/** A model whose output has the shape of its input: the form knows what it learns, and the run shows both side by side. */
async function reconstruct(page: Page, title: string): Promise<void> {
  await beginTrainingWith(page, 'Autoencoder', title);
  await page.getByRole('radio', { name: 'Reconstruct the input', checked: true }).waitFor();
  await fillNumber(page, 'Epochs', 3);
  await startAndFinish(page);
  await page.getByRole('button', { name: 'Open the run' }).click();
  await tab(page, 'Predictions').last().click();
  await page
    .getByRole('button', { name: /Input Reconstruction .*off by/ })
    .first()
    .waitFor();
}

describe.each(devices)('the whole path on: $device, with $model', ({ device, backend }) => {
  let host: RunningHost;
  let window: OpenWindow;
  beforeAll(async () => {
    host = await app.host(app.workspace(backend));
    window = await app.window(host.url);
  });
  afterAll(() => host.stop());

  it.each(examples)('$data: $title', { timeout: 600_000 }, async ({ title, data, template, epochs, atLeast }) => {
    const { page, errors, foreign } = window;
    await chooseInPalette(page, 'Welcome');
    if (device === 'Processor') await beginTrainingOn(page, title);
    else await beginTrainingWith(page, template, title);
    await fillNumber(page, 'Epochs', epochs);
    await chooseDevice(page, device);
    await startAndFinish(page);

    await page.getByRole('button', { name: 'Open the run' }).click();
    const shown = page.locator('dt:text-is("test_accuracy") + dd').filter({ visible: true });
    expect(Number(await shown.first().textContent())).toBeGreaterThan(atLeast);
    await page.getByText(backend, { exact: true }).filter({ visible: true }).first().waitFor();

    await tab(page, 'Confusion').click();
    await page.getByRole('grid').first().waitFor();
    await tab(page, 'Predictions').click();
    await page.getByText('Wrong ones only').filter({ visible: true }).waitFor();

    const path = await exportAs(page, /^ONNX/);
    expect(existsSync(path)).toBe(true);
    const [output] = await runExported(path);
    expect(output?.dims.at(-1)).toBeGreaterThan(1);
    expect(Array.from(output!.data as Float32Array).every(Number.isFinite)).toBe(true);
    if (device === 'Processor' && data === 'a table') {
      await fineTuneAndRepeat(page, path);
      await reconstruct(page, title);
    }
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  });
});
