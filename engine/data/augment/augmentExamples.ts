// The examples of a data set as an augmented training sees them: image fields drawn anew each epoch, targets mixed where images are.
import { EngineError } from '../../ir/diagnostic.js';
import { sizeOf } from '../../ir/shape.js';
import { applyPreprocessing, targetFrom, type ExampleSet, type Field } from '../exampleSet.js';
import { findColumn, type ArrayColumn, type DataSet } from '../dataSet.js';
import { reader } from '../fitPreprocessing.js';
import type { InputTransform, Preprocessing } from '../preprocessing.js';
import type { ImageFormat } from './defineAugmentation.js';
import type { DrawKey } from './draws.js';
import { ImagePipeline, type ReadImage } from './imagePipeline.js';
import { corruptsImages, isActive, mixesTargets, type Augmentation } from './pipeline.js';

/**
 * How mixed classes are given to the loss: as a distribution, float32 [classes], or as one number between the indices 0 and 1.
 * Numbers to be predicted are mixed as they are.
 */
export type MixedTarget = 'distribution' | 'value';

export interface AugmentedTraining {
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** The training part. */
  readonly examples: Int32Array;
  readonly mixedTarget: MixedTarget;
}

export type ImageTransform = InputTransform & { kind: 'array' };

/** The input that is augmented: one with channels × height × width. */
export function isImageInput(transform: InputTransform): transform is ImageTransform {
  return transform.kind === 'array' && transform.shape.length === 3 && sizeOf(transform.shape) > 0;
}

/** How the images of a column are stored. */
export function imageFormatOf({ dtype, shape }: Pick<ArrayColumn, 'dtype' | 'shape'>): ImageFormat {
  const [channels = 1, height = 1, width = 1] = shape;
  const bytes = dtype === 'uint8';
  return { channels, height, width, white: bytes ? 255 : 1, clamped: bytes };
}

/**
 * As `applyPreprocessing`, with the augmentation between the stored values and their standardisation. Fields are gathered by
 * epoch.
 * @throws EngineError `augment.*`
 */
export function augmentExamples(
  dataSet: DataSet,
  preprocessing: Preprocessing,
  training: AugmentedTraining | undefined,
): ExampleSet {
  const plain = applyPreprocessing(dataSet, preprocessing);
  if (!training || !isActive(training.augmentation)) return plain;
  const images = preprocessing.inputs.flatMap((transform, index) =>
    isImageInput(transform) ? [{ index, transform, pipeline: pipelineOf(dataSet, transform, training) }] : [],
  );
  const [first] = images;
  if (!first) throw new EngineError('augment.images', `Data set '${dataSet.name}': it has no images to augment`);
  const inputs = plain.inputs.map((field, index) => {
    const image = images.find((entry) => entry.index === index);
    return image ? imageField(field as Field<'float32'>, image, (key) => image.pipeline.image(key)) : field;
  });
  const { augmentation, mixedTarget } = training;
  const { pipeline } = first;
  const target = (): Field => {
    if (preprocessing.target.kind === 'input')
      return corruptsImages(augmentation) ? cleanField(plain.target, first) : targetFrom(inputs[first.index]!);
    return mixesTargets(augmentation) ? mixedField(plain.target, pipeline, preprocessing, mixedTarget) : plain.target;
  };
  return { count: plain.count, inputs, target: target(), varies: true };
}

interface AugmentedImage {
  readonly transform: ImageTransform;
  readonly pipeline: ImagePipeline;
}

/** What a reconstruction is to be of: the image as it was moved, recoloured and mixed, without what corrupted it. */
function cleanField(target: Field, image: AugmentedImage): Field {
  return imageField(target as Field<'float32'>, image, (key) => image.pipeline.cleanImage(key));
}

function pipelineOf(
  dataSet: DataSet,
  { column: name }: ImageTransform,
  { augmentation, seed, examples: partners }: AugmentedTraining,
): ImagePipeline {
  const column = findColumn(dataSet, name) as ArrayColumn;
  return new ImagePipeline({ augmentation, format: imageFormatOf(column), seed, partners, read: readStored(column) });
}

/** Values as they are stored. */
export function readStored(column: ArrayColumn): ReadImage {
  const size = sizeOf(column.shape);
  if (column.dtype === 'uint8' || column.dtype === 'float32') {
    const data = column.data as Uint8Array | Float32Array;
    return (example, into) => into.set(data.subarray(example * size, (example + 1) * size));
  }
  const value = reader(column);
  return (example, into) => {
    for (let index = 0; index < size; index++) into[index] = value(example * size + index);
  };
}

/** Standardises by the formula of the plain field: an image that nothing was done to has its bits. */
function imageField(
  field: Field<'float32'>,
  { transform }: AugmentedImage,
  imageOf: (key: DrawKey) => Float32Array,
): Field<'float32'> {
  const size = sizeOf(transform.shape);
  const plane = size / transform.mean.length;
  const factors = transform.std.map((std) => transform.scale / std);
  const offsets = transform.mean.map((mean, channel) => -mean / transform.std[channel]!);
  return {
    ...field,
    source: { kind: 'computed' },
    sameAs: undefined,
    gather(examples, into, epoch = 0) {
      for (let at = 0; at < examples.length; at++) {
        const image = imageOf({ epoch, example: examples[at]! });
        for (let channel = 0, index = 0; channel < factors.length; channel++)
          for (let place = 0; place < plane; place++, index++)
            into[at * size + index] = image[index]! * factors[channel]! + offsets[channel]!;
      }
    },
  };
}

function mixedField(
  target: Field,
  pipeline: ImagePipeline,
  { target: transform }: Preprocessing,
  mixedTarget: MixedTarget,
): Field {
  if (transform.kind === 'class' && mixedTarget === 'distribution')
    return distributionField(target as Field<'int32'>, pipeline, transform.classes.length);
  const [own, mixed] = [target.dtype === 'int32' ? new Int32Array(1) : new Float32Array(1), [0]];
  return {
    name: target.name,
    dtype: 'float32',
    shape: target.shape,
    source: { kind: 'computed' },
    gather(examples, into, epoch = 0) {
      for (let at = 0; at < examples.length; at++) {
        let sum = 0;
        for (const { example, weight } of pipeline.sources({ epoch, example: examples[at]! })) {
          mixed[0] = example;
          (target as Field<'float32'>).gather(mixed, own as Float32Array);
          sum += weight * own[0]!;
        }
        into[at] = sum;
      }
    },
  };
}

/** float32 [classes], adding up to 1. */
function distributionField(target: Field<'int32'>, pipeline: ImagePipeline, classes: number): Field<'float32'> {
  const code = new Int32Array(1);
  const one = [0];
  return {
    name: target.name,
    dtype: 'float32',
    shape: [classes],
    source: { kind: 'computed' },
    gather(examples, into, epoch = 0) {
      into.fill(0, 0, examples.length * classes);
      for (let at = 0; at < examples.length; at++)
        for (const { example, weight } of pipeline.sources({ epoch, example: examples[at]! })) {
          one[0] = example;
          target.gather(one, code);
          into[at * classes + code[0]!]! += weight;
        }
    },
  };
}
