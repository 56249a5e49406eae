// From the first launch to an exported file that onnxruntime loads, as a person goes: images, a table and texts, on the processor and
// on the GPU of the window.
import { existsSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { beginTrainingOn, chooseDevice, exportAs, fillNumber, startAndFinish, tab } from './steps.js';
import { appForTests } from './workbench.js';

const app = appForTests();

interface Example {
  readonly title: string;
  readonly data: string;
  /** What a chance result is far from, on the test part, after this little training. */
  readonly epochs: number;
  readonly atLeast: number;
}

const examples: readonly Example[] = [
  { title: 'Handwritten digits', data: 'images', epochs: 1, atLeast: 0.7 },
  { title: 'Palmer penguins', data: 'a table', epochs: 15, atLeast: 0.8 },
  { title: 'First names in two lists', data: 'texts', epochs: 1, atLeast: 0.6 },
];
const devices = [
  { device: 'Processor', backend: 'native' },
  { device: 'GPU', backend: 'webgpu' },
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

describe.each(devices)('the whole path on: $device', ({ device, backend }) => {
  it.each(examples)('$data: $title', { timeout: 600_000 }, async ({ title, data, epochs, atLeast }) => {
    const host = await app.host(app.workspace(`${backend}-${data.replace(' ', '-')}`));
    const { page, errors, foreign } = await app.window(host.url);
    await beginTrainingOn(page, title);
    await fillNumber(page, 'Epochs', epochs);
    await chooseDevice(page, device);
    await startAndFinish(page);

    await page.getByRole('button', { name: 'Open the run' }).click();
    const accuracy = Number(await page.locator('dt:text-is("test_accuracy") + dd').first().textContent());
    expect(accuracy).toBeGreaterThan(atLeast);
    await expect(page.getByText(backend, { exact: true }).first().isVisible()).resolves.toBe(true);

    await tab(page, 'Confusion').click();
    await page.getByRole('grid').first().waitFor();
    await tab(page, 'Predictions').click();
    await page.getByText('Wrong ones only').waitFor();

    const path = await exportAs(page, /^ONNX/);
    expect(existsSync(path)).toBe(true);
    const [output] = await runExported(path);
    expect(output?.dims.at(-1)).toBeGreaterThan(1);
    expect(Array.from(output!.data as Float32Array).every(Number.isFinite)).toBe(true);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
    await host.stop();
  });
});
