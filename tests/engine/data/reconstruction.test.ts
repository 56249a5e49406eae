// The input as the target: its shape and unit, what cannot be reconstructed, and batches with and without augmentation.
import { describe, expect, it } from 'vitest';
import { augmentExamples } from '../../../engine/data/augment/augmentExamples.js';
import { augmentationSchema } from '../../../engine/data/augment/pipeline.js';
import { BatchBuffers, BatchPlan } from '../../../engine/data/batches.js';
import type { ArrayColumn, Column, DataSet } from '../../../engine/data/dataSet.js';
import { applyPreprocessing, type ExampleSet, type Field } from '../../../engine/data/exampleSet.js';
import { fitPreprocessing } from '../../../engine/data/fitPreprocessing.js';
import { preprocessingSchema, restoreValue, type Preprocessing } from '../../../engine/data/preprocessing.js';
import { columnValues } from '../../../engine/data/reconstructedColumns.js';
import {
  prepareValue,
  reconstructed,
  reconstructing,
  reconstructionObstacle,
  type InputTarget,
} from '../../../engine/data/reconstruction.js';

const count = 12;
const all = Int32Array.from({ length: count }, (_, index) => index);
const label: Column = {
  type: 'category',
  name: 'label',
  codes: all.map((index) => index % 2),
  categories: ['no', 'yes'],
};
const pixels: ArrayColumn<'uint8'> = {
  type: 'array',
  name: 'pixels',
  dtype: 'uint8',
  shape: [2, 4, 4],
  data: Uint8Array.from({ length: count * 32 }, (_, index) => (index * 37) % 256),
};
const height: Column = {
  type: 'number',
  name: 'height',
  values: Float64Array.from(all, (index) => (index === 2 ? NaN : 100 + 10 * index)),
};
const colour: Column = {
  type: 'category',
  name: 'colour',
  codes: all.map((index) => index % 3),
  categories: ['red', 'green', 'blue'],
};
const words: Column = { type: 'text', name: 'words', values: Array.from(all, String) };

function dataSet(...inputs: readonly Column[]): DataSet {
  return {
    name: 'small',
    kind: 'tabular',
    task: 'classification',
    count,
    columns: [...inputs, label],
    inputs: inputs.map(({ name }) => name),
    target: 'label',
    hash: '',
    remarks: [],
  };
}

function fitted(set: DataSet): Preprocessing {
  const found = reconstructing(fitPreprocessing(set, all));
  return preprocessingSchema.parse(JSON.parse(JSON.stringify(found)));
}

function batchOf(examples: ExampleSet, epoch = 0): { readonly x: Float32Array; readonly target: Float32Array } {
  const plan = new BatchPlan({ examples: all, batchSize: 8, seed: 3, shuffle: true });
  const { tensors } = new BatchBuffers(examples, plan).fill(epoch, 0);
  const values = (name: string): Float32Array => (tensors[name]!.data as Float32Array).slice();
  return { x: values('x'), target: values('target') };
}

describe('The input as the target', () => {
  it('is what the option of the fit says', () => {
    const set = dataSet(pixels);
    expect(fitPreprocessing(set, all, { target: 'input' })).toEqual(reconstructing(fitPreprocessing(set, all)));
  });

  it('has the shape of images, and comes back to their bytes channel by channel', () => {
    const preprocessing = fitted(dataSet(pixels));
    const target = preprocessing.target as InputTarget;
    expect(target).toMatchObject({ kind: 'input', input: 'x', column: 'pixels', shape: [2, 4, 4] });
    const field = applyPreprocessing(dataSet(pixels), preprocessing).target as Field<'float32'>;
    const values = new Float32Array(2 * 32);
    field.gather([5, 7], values);
    const stored = [...pixels.data.slice(5 * 32, 6 * 32), ...pixels.data.slice(7 * 32, 8 * 32)];
    values.forEach((value, index) => {
      const restored = restoreValue(target, value, index);
      expect(restored).toBeCloseTo(stored[index]!, 3);
      expect(prepareValue(target, restored, index)).toBeCloseTo(value, 5);
    });
  });

  it('comes back to the columns of a table: numbers in their unit, categories by the largest share', () => {
    const preprocessing = fitted(dataSet(height, colour));
    const target = preprocessing.target as InputTarget;
    expect(target).toMatchObject({ kind: 'input', shape: [2 + 4] });
    expect(target.column).toBeUndefined();
    const [input] = preprocessing.inputs;
    if (input?.kind !== 'features') throw new Error('these are features');
    const row = batchOf(applyPreprocessing(dataSet(height, colour), preprocessing)).x.subarray(0, 6);
    const { error, values } = reconstructed(target, row, row);
    expect(error).toBe(0);
    const [tall, hue] = columnValues(input.features, values);
    expect([...height.values, 160].some((value) => Math.abs(value - Number(tall)) < 1e-3)).toBe(true);
    expect(colour.categories).toContain(hue);
    expect(reconstructed(target, [0, 0, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0]).error).toBeCloseTo(Math.sqrt(9 / 6));
  });

  it('shares what the input is gathered from, and has its bits', () => {
    for (const set of [dataSet(pixels), dataSet(height, colour)]) {
      const examples = applyPreprocessing(set, fitted(set));
      expect(examples.target.source).toBe(examples.inputs[0]!.source);
      const { x, target } = batchOf(examples);
      expect(target).toEqual(x);
    }
  });

  it.each([
    ['text', [words], 'the input is text'],
    ['several inputs', [pixels, height], 'there are 2: x, pixels'],
  ])('is refused for %s, with the reason', (_name, inputs, reason) => {
    const preprocessing = fitPreprocessing(dataSet(...inputs), all);
    expect(reconstructionObstacle(preprocessing)).toContain(reason);
    expect(() => reconstructing(preprocessing)).toThrow(reason);
  });
});

describe('Augmentation of a reconstruction', () => {
  const set = dataSet(pixels);
  const augmented = (transforms: readonly object[]): ExampleSet =>
    augmentExamples(set, fitted(set), {
      augmentation: augmentationSchema.parse({ transforms }),
      seed: 5,
      examples: all,
      mixedTarget: 'distribution',
    });
  const moving = [{ type: 'flip' }, { type: 'rotate' }, { type: 'colour' }, { type: 'mixup' }, { type: 'cutmix' }];

  it('moves, recolours and mixes both sides alike', () => {
    const { x, target } = batchOf(augmented(moving), 2);
    expect(target).toEqual(x);
    expect(x).not.toEqual(batchOf(applyPreprocessing(set, fitted(set)), 2).x);
  });

  it('corrupts the input alone: the target has the bits that it would have without noise, blur and erasing', () => {
    const corrupting = ['noise', 'blur', 'erase', 'saltAndPepper'].map((type) => ({ type, probability: 1 }));
    const quiet = corrupting.map((transform) => ({ ...transform, enabled: false }));
    for (const epoch of [0, 3]) {
      const noisy = batchOf(augmented([...moving, ...corrupting]), epoch);
      const clean = batchOf(augmented([...moving, ...quiet]), epoch);
      expect(noisy.target).toEqual(clean.x);
      expect(noisy.x).not.toEqual(noisy.target);
    }
  });
});
