// Models at their size: an ONNX file of more than five thousand nodes is opened, a parameter of a model of two hundred layers typed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { modelsService } from '../../../contract/services/models.js';
import { tensor } from '../../../engine/ir/tensor.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { traceModel } from '../../../engine/layers/lowerModel.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';
import { resNet20 } from '../../../engine/layers/templates/resNet20.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { openWindow, startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import { median, type Measurement } from './measure.js';

const depth = 200;

/** Units of the input, and the first number that is typed for the layer behind it. */
const [inputUnits, firstUnits] = [32, 40];

/** A narrow ResNet of three times `blocks` blocks. @returns how many nodes it has */
function writeLargeModel(path: string, blocks: number): number {
  const spec = resNet20(
    { shape: [3, 32, 32] },
    { kind: 'classification', classes: 10 },
    { filters: [4, 4, 4], blocks },
  );
  const { graph, host } = traceModel(spec, { batch: 1, training: false, dimensions: {} });
  const state = new Set([...host.parameters, ...host.buffers].map(({ value }) => value));
  for (const value of state) {
    const shape = (value.shape ?? []).map(Number);
    value.constant = tensor('float32', shape, new Float32Array(sizeOf(shape)).fill(0.01));
  }
  graph.inputs = graph.inputs.filter((input) => !state.has(input));
  writeFileSync(path, encodeModel(graph));
  return graph.nodes.length;
}

/** A dense layer and a chain of layers behind it that keep its shape: all shapes depend on what is typed for the first. */
function deepSpec(): Record<string, unknown> {
  const behind = Array.from({ length: depth - 1 }, (_, index) => ({
    id: `layer${index + 2}`,
    type: index % 2 === 0 ? 'Relu' : 'LayerNorm',
  }));
  return readModelSpec({
    version: 1,
    name: 'deep',
    inputs: [{ id: 'x', shape: [inputUnits] }],
    layers: [{ id: 'layer1', type: 'Dense', options: { units: inputUnits } }, ...behind],
    outputs: [`layer${depth}`],
  });
}

/** Numbers in all layers when the first has so many units: each total is another. */
function parametersOf(units: number): number {
  const norms = Math.floor((depth - 1) / 2);
  return (inputUnits + 1) * units + norms * 2 * units;
}

/** From the key to the picture with the new total: it is there when every layer was described anew. */
async function typingTimes(page: Page): Promise<number[]> {
  await page.locator('.vue-flow__node').filter({ hasText: 'layer1' }).first().click();
  const field = page.getByRole('textbox', { name: 'Units' });
  await field.waitFor();
  await field.click();
  const rounds = Array.from({ length: 12 }, (_, index) => firstUnits + index).map((units) => ({
    units: String(units),
    total: parametersOf(units).toLocaleString('en'),
  }));
  return field.evaluate(async (element, steps) => {
    const input = element as HTMLInputElement;
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!;
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const isShown = (total: string): boolean => document.querySelector(`[title^="${total} "]`) !== null;
    const times: number[] = [];
    for (const { units, total } of steps) {
      if (isShown(total)) throw new Error(`${total} is shown before ${units} is typed`);
      const started = performance.now();
      setter.set!.call(input, units);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      // One frame more: what was changed in one is drawn at its end.
      do await frame();
      while (!isShown(total) && performance.now() - started < 5000);
      if (!isShown(total)) throw new Error(`${total} is not shown after ${units} was typed`);
      await frame();
      times.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return times;
  }, rounds);
}

export const models: Measurement = async ({ browser, folder }) => {
  const path = join(folder(), 'large.onnx');
  const nodes = writeLargeModel(path, 240);
  const host = await startHost(join(folder(), 'workspace'));
  const client = await connectTo(host.url);
  const { connection } = client;
  await connection.client(modelsService).save({ name: 'Two hundred layers', spec: deepSpec() });
  await client.close();
  const { page, context } = await openWindow(browser, host.url, { width: 1920, height: 1080 });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill('Open an ONNX file');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Path' }).fill(path);
  const started = performance.now();
  await page.getByRole('textbox', { name: 'Path' }).press('Enter');
  await page.getByText(nodes.toLocaleString('en'), { exact: true }).first().waitFor();
  const opened = performance.now() - started;

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill('Two hundred layers');
  await page.getByRole('listbox', { name: 'Command palette' }).getByText('Two hundred layers').first().click();
  await page.locator('.vue-flow__node').first().waitFor();
  const typed = await typingTimes(page);
  await context.close();
  await host.stop();
  return [
    { name: 'ONNX file opens, collapsed', value: opened, unit: 'ms', goal: 3000, detail: `${nodes} nodes` },
    {
      name: 'typing a parameter',
      value: median(typed),
      unit: 'ms',
      goal: 50,
      detail: `${depth} layers whose shapes all change, from the key to the picture with the new total`,
    },
  ];
};
