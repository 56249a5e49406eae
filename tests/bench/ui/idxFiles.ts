// IDX files of images and labels for measurements.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { uniforms } from '../../../engine/random/fields.js';

/** IDX: two zeros, the element type (8: uint8), the number of dimensions, the dimensions, the data. */
function idx(shape: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(shape.length, 3);
  shape.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
  return Buffer.concat([header, data]);
}

/** Bytes that a compressor neither shrinks to nothing nor gives up on: a gradient with noise. */
export function pixels(count: number, size: number, seed: number): Uint8Array {
  const noise = uniforms({ seed, purpose: 'pixels', step: 0 }, size * 64);
  const bytes = new Uint8Array(count * size);
  for (let at = 0; at < bytes.length; at++) bytes[at] = ((at % size) / size) * 200 + 55 * noise[at % noise.length]!;
  return bytes;
}

/** As MNIST has them: images of 28 × 28 in ten classes, packed. */
export function writeIdx(folder: string, count: number): void {
  const images = idx([count, 28, 28], pixels(count, 784, 1));
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(images, { level: 1 }));
  writeFileSync(join(folder, 'train-labels-idx1-ubyte.gz'), gzipSync(idx([count], labels)));
}
