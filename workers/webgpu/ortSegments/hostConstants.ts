// What the host wrote during a recorded run (uniforms, uploads), packed into one buffer that never changes.
import type { OpenDevice } from '../device.js';
import { bufferUsage } from '../webgpuConstants.js';
import type { RecordedRun } from './recordedRun.js';

/** Uniforms are shorter than this; equal ones are uploaded once. */
const comparable = 1024;

export interface HostConstants {
  readonly buffer: GPUBuffer | undefined;
  offsetOf(bytes: Uint8Array<ArrayBuffer>): number;
}

/** Uploads each distinct content once, at offsets that any binding accepts. */
export async function uploadHostConstants(device: OpenDevice, run: RecordedRun): Promise<HostConstants> {
  const { minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment } = device.device.limits;
  const alignment = Math.max(minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment);
  const offsets = new Map<string, number>();
  const places = new Map<Uint8Array<ArrayBuffer>, number>();
  let end = 0;
  for (const bytes of run.commands.flatMap(({ host }) => [...host.values()])) {
    if (places.has(bytes)) continue;
    const key = bytes.length <= comparable ? bytes.join() : undefined;
    const known = key === undefined ? undefined : offsets.get(key);
    const offset = known ?? end;
    if (known === undefined) end += Math.ceil(bytes.length / alignment) * alignment;
    if (key !== undefined) offsets.set(key, offset);
    places.set(bytes, offset);
  }
  const offsetOf = (bytes: Uint8Array<ArrayBuffer>): number => places.get(bytes)!;
  if (end === 0) return { buffer: undefined, offsetOf };
  const { uniform, storage, copySource, copyDestination, indirect } = bufferUsage;
  const usage = uniform | storage | copySource | copyDestination | indirect;
  const [buffer] = await device.memory.allocate([{ label: 'constants of a recorded run', bytes: end, usage }]);
  for (const [bytes, offset] of places) device.device.queue.writeBuffer(buffer!, offset, bytes);
  return { buffer, offsetOf };
}
