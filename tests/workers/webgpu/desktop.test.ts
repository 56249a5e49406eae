// In the processes of the desktop app Dawn cannot map memory: none of its adapters is to be offered there.
import { afterEach, expect, test, vi } from 'vitest';
import type * as Dawn from '../../../workers/webgpu/dawn.node.js';

const { versions } = process;

afterEach(() => {
  Object.defineProperty(process, 'versions', { value: versions, configurable: true });
  vi.resetModules();
});

async function loadAsIn(runtime: NodeJS.ProcessVersions): Promise<typeof Dawn> {
  Object.defineProperty(process, 'versions', { value: runtime, configurable: true });
  vi.resetModules();
  return import('../../../workers/webgpu/dawn.node.js');
}

const adapter = { info: { vendor: 'any' } } as unknown as GPUAdapter;
const gpu = { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU;

test('Electron: no adapter is found, and the reason names the window', async () => {
  const dawn = await loadAsIn({ ...versions, electron: '45.4.1' });
  expect(await dawn.findAdapter(gpu)).toBeNull();
  expect(dawn.noAdapterReason()).toContain('window');
});

test('Node: the adapter is found', async () => {
  const dawn = await loadAsIn(versions);
  expect(await dawn.findAdapter(gpu)).toBe(adapter);
});
