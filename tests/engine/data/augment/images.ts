// Small images made from Philox, and pipelines over them.
import type { ImageFormat } from '../../../../engine/data/augment/defineAugmentation.js';
import { ImagePipeline, type ReadImage } from '../../../../engine/data/augment/imagePipeline.js';
import { augmentationSchema, type AugmentationSource } from '../../../../engine/data/augment/pipeline.js';
import { randomWords } from '../../../../engine/random/philox.js';

export const imageCount = 40;
export const everyExample = Int32Array.from({ length: imageCount }, (_, example) => example);

export function bytesFormat(channels: number, height: number, width: number): ImageFormat {
  return { channels, height, width, white: 255, clamped: true };
}

/** Random bytes. */
export function imagesOf({ channels, height, width }: ImageFormat): {
  readonly data: Uint8Array;
  readonly read: ReadImage;
} {
  const size = channels * height * width;
  const data = Uint8Array.from(randomWords({ seed: 5, purpose: 'images' }, size * imageCount), (word) => word >>> 24);
  return { data, read: (example, into) => into.set(data.subarray(example * size, (example + 1) * size)) };
}

export function pipelineOf(
  transforms: AugmentationSource['transforms'],
  format: ImageFormat,
  seed = 1,
  read = imagesOf(format).read,
): ImagePipeline {
  const augmentation = augmentationSchema.parse({ transforms });
  return new ImagePipeline({ augmentation, format, seed, partners: everyExample, read });
}

/** A copy of one image. */
export function drawn(pipeline: ImagePipeline, example: number, epoch = 0): Float32Array {
  return pipeline.image({ epoch, example }).slice();
}

export function original(format: ImageFormat, example: number): Float32Array {
  const image = new Float32Array(format.channels * format.height * format.width);
  imagesOf(format).read(example, image);
  return image;
}

export function largestDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < one.length; index++) largest = Math.max(largest, Math.abs(one[index]! - other[index]!));
  return largest;
}
