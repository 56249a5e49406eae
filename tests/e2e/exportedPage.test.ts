// Exported pages as a person opens them: from a file, in a real browser without a network.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamedRow, Prediction } from '../../contract/jobs.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { runPredict } from '../../workers/modelJobs.js';
import { temporaryFolder } from '../services/store/temporaryFolder.js';
import { exampleTrained } from '../workers/exampleTrained.js';
import { exportHere } from '../workers/exportHere.js';
import { chromiumFlags, chromiumPath } from './browser.js';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
}, 60_000);

afterAll(() => browser.close());

interface OpenPage {
  readonly page: Page;
  /** Addresses that were asked for besides the file, and errors of the page. */
  readonly unwanted: string[];
}

async function openExported(name: string, options: Readonly<Record<string, unknown>> = {}): Promise<OpenPage> {
  const { bytes } = await exportHere(await exampleTrained(name), 'html', options);
  const file = join(temporaryFolder(), `${name}.html`);
  writeFileSync(file, bytes);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const unwanted: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address) unwanted.push(request.url());
  });
  page.on('pageerror', (error) => unwanted.push(error.message));
  page.on('console', (message) => message.type() === 'error' && unwanted.push(message.text()));
  await page.goto(address);
  await page.locator('footer .check[data-state]').waitFor();
  return { page, unwanted };
}

async function predictedHere(name: string, row: NamedRow['row']): Promise<Prediction> {
  const { request, data, checkpoint } = await exampleTrained(name);
  const job = { kind: 'predict' as const, request, data, checkpoint, rows: [{ name: 'x', row }] };
  return (await runPredict(job, ortNative, { threads: 1 }))[0]!;
}

/** Percentages by class as the page shows them. */
async function shownShares(page: Page): Promise<Record<string, number>> {
  const names = await page.locator('.bars .name').allTextContents();
  const shares = await page.locator('.bars .share').allTextContents();
  return Object.fromEntries(names.map((name, index) => [name, parseFloat(shares[index]!)]));
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).toEqual([]);
}

describe('An exported page', () => {
  it('of a table: starts from a file without a network, agrees with training, and predicts what the app predicts', async () => {
    const { page, unwanted } = await openExported('penguins');
    expect(await page.locator('footer .check').getAttribute('data-state')).toBe('same');
    await page.getByLabel('Body mass g', { exact: true }).fill('5100');
    await page.getByLabel('Bill length mm', { exact: true }).fill('');
    await page.getByLabel('Island', { exact: true }).selectOption('Dream');
    const numberOf = async (label: string): Promise<number> =>
      Number(await page.getByLabel(label, { exact: true }).first().inputValue());
    const row = {
      body_mass_g: 5100,
      bill_length_mm: null,
      island: 'Dream',
      sex: await page.getByLabel('Sex', { exact: true }).inputValue(),
      bill_depth_mm: await numberOf('Bill depth mm'),
      flipper_length_mm: await numberOf('Flipper length mm'),
    };
    const { scores } = await predictedHere('penguins', row);
    const expected = Object.entries(scores!).map(([label, score]) => [label, score * 100] as const);
    const largest = async (): Promise<number> => {
      const shown = await shownShares(page);
      return Math.max(...expected.map(([label, percent]) => Math.abs(shown[label]! - percent)));
    };
    // Whole percents are shown.
    await expect.poll(largest).toBeLessThan(0.55);
    await expectAccessible(page);
    expect(unwanted).toEqual([]);
  });

  it('of images: takes examples, drawings and files, in float16 too', async () => {
    const { page, unwanted } = await openExported('digits', { precision: 'float16' });
    expect(await page.locator('footer .check').getAttribute('data-state')).toBe('same');
    const before = await shownShares(page);
    const box = (await page.locator('.drawing').boundingBox())!;
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + (4 * box.height) / 5, { steps: 8 });
    await page.mouse.up();
    await expect.poll(() => shownShares(page)).not.toEqual(before);
    await expectAccessible(page);
    expect(unwanted).toEqual([]);
  });

  it('of a language model: writes on from a beginning', async () => {
    const { page, unwanted } = await openExported('novel');
    expect(await page.locator('footer .check').getAttribute('data-state')).toBe('same');
    await page.getByLabel('Characters').fill('50');
    await page.getByLabel('How it starts').fill('It is a truth universally acknowledged');
    await page.getByRole('button', { name: 'Write on' }).click();
    await page.getByRole('button', { name: 'Write on' }).waitFor();
    await expect.poll(async () => (await page.locator('.written').textContent())!.length).toBeGreaterThanOrEqual(88);
    await expectAccessible(page);
    expect(unwanted).toEqual([]);
  });
});
