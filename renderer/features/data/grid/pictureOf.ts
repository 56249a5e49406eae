// One image of a block as the browser's own pixels.
import type { ImageBlock } from '../../../../contract/services/datasets.js';

export function pictureOf({ width, height, pixels }: ImageBlock, index: number): ImageData {
  const size = width * height * 4;
  return new ImageData(new Uint8ClampedArray(pixels.subarray(index * size, (index + 1) * size)), width, height);
}
