// Writes tensors into GPU buffers.
import type { Tensor } from '../../engine/ir/tensor.js';
import type { OpenDevice } from './device.js';
import { toStorage } from './conversion.js';

/**
 * Writes a tensor's elements, converted, `offset` elements into `buffer`. The tensor may change as soon as this returns; commands
 * submitted before still see the old content, those submitted later the new one.
 * @throws EngineError `gpu.range`, `gpu.type` for what has no form on the GPU
 */
export function uploadTensor(
  { device }: OpenDevice,
  buffer: GPUBuffer,
  source: Tensor,
  { offset = 0, what = buffer.label }: { readonly offset?: number; readonly what?: string } = {},
): void {
  const data = toStorage(source, what);
  if (data.length === 0) return;
  device.queue.writeBuffer(buffer, offset * data.BYTES_PER_ELEMENT, wholeWords(data));
}

/** The queue takes multiples of 4 bytes, and Dawn no shared memory. */
function wholeWords(data: Float32Array | Uint16Array | Int32Array | Uint32Array): ArrayBufferView<ArrayBuffer> {
  const odd = data instanceof Uint16Array && data.length % 2 === 1;
  if (!odd && data.buffer instanceof ArrayBuffer) return data as ArrayBufferView<ArrayBuffer>;
  const copy = new Uint8Array(Math.ceil(data.byteLength / 4) * 4);
  copy.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return copy;
}
