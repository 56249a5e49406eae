// What training will see of given examples, without a training: the same pipeline by the same keys.
import type { ImageFormat } from './defineAugmentation.js';
import { ImagePipeline, type ReadImage, type Source } from './imagePipeline.js';
import type { Augmentation } from './pipeline.js';

/** Images of a data set as they are stored. */
export interface StoredImages {
  readonly format: ImageFormat;
  /** Writes the stored values of an example, channels × height × width. */
  readonly read: ReadImage;
}

export interface PreviewKey {
  readonly seed: number;
  /** The first epoch is 0. */
  readonly epoch: number;
  readonly examples: ArrayLike<number>;
  /** The training part, which images are mixed with; in training's order. */
  readonly partners: ArrayLike<number>;
}

/**
 * The examples as the epoch of a training with this seed shows them: [examples, channels, height, width] in stored values
 * (0 to 255 for bytes, not rounded), before scale, mean and deviation.
 * @throws EngineError `augment.*` for faults of the pipeline
 */
export function previewAugmentation(
  { format, read }: StoredImages,
  augmentation: Augmentation,
  { seed, epoch, examples, partners }: PreviewKey,
): Float32Array {
  const pipeline = new ImagePipeline({ augmentation, format, seed, partners, read });
  const size = format.channels * format.height * format.width;
  const pixels = new Float32Array(examples.length * size);
  for (let at = 0; at < examples.length; at++) pixels.set(pipeline.image({ epoch, example: examples[at]! }), at * size);
  return pixels;
}

/** For every example those that its image and target are made of, itself first: what `read` will be asked for. */
export function previewSources(
  format: ImageFormat,
  augmentation: Augmentation,
  { seed, epoch, examples, partners }: PreviewKey,
): (readonly Source[])[] {
  const pipeline = new ImagePipeline({ augmentation, format, seed, partners, read: () => undefined });
  return Array.from(examples, (example) => pipeline.sources({ epoch, example }));
}
