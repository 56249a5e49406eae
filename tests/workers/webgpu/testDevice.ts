// The GPU of a test file: a real one, or SwiftShader. Without either the file's GPU tests are skipped, with the reason in their name.
import { afterAll, describe } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { requireDawn } from '../../../workers/webgpu/dawn.node.js';
import { OpenDevice, type DeviceOptions } from '../../../workers/webgpu/device.js';

const opened = new Set<OpenDevice>();
afterAll(async () => {
  for (const device of opened) await device.close();
});

/** A device of its own for a test that breaks it; closed after the file. */
export async function openTestDevice(options?: DeviceOptions): Promise<OpenDevice> {
  const device = await OpenDevice.request(await requireDawn(), options);
  opened.add(device);
  return device;
}

async function sharedDevice(): Promise<{ readonly device?: OpenDevice; readonly reason: string }> {
  try {
    return { device: await openTestDevice(), reason: '' };
  } catch (error) {
    if (error instanceof EngineError && error.code === 'gpu.none') return { reason: error.message };
    throw error;
  }
}

const { device: shared, reason } = await sharedDevice();

/** Whether there is an adapter. */
export const hasGpu = shared !== undefined;

/** Tests that need a GPU; `device` is shared by the whole file. */
export function describeOnGpu(name: string, body: (device: OpenDevice) => void): void {
  if (shared) describe(name, () => body(shared));
  // The runner of all tests looks for these words.
  else describe.skip(`${name} [needs a GPU: ${reason}]`, () => body(undefined as never));
}
