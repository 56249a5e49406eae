// Which Vulkan driver emulates a GPU, and when one is looked for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasDriver, softwareDriver } from '../../../workers/webgpu/vulkan.node.js';

test('The software driver is the one that the environment names, if it is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-driver-'));
  const manifest = join(folder, 'driver.json');
  const usual = softwareDriver({});
  expect(softwareDriver({ DESCENT_SOFTWARE_GPU: manifest })).toBe(usual);
  writeFileSync(manifest, '{}');
  expect(softwareDriver({ DESCENT_SOFTWARE_GPU: manifest })).toBe(manifest);
  rmSync(folder, { recursive: true });
});

test("A driver that the loader's own variables name counts as one", () => {
  for (const name of ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'])
    expect(hasDriver({ [name]: '/driver.json' })).toBe(true);
});
