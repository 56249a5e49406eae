// Fits preprocessing on the training part of a data set: means, medians, vocabularies, categories.
import { EngineError } from '../ir/diagnostic.js';
import { element, type Tensor } from '../ir/tensor.js';
import { sizeOf } from '../ir/shape.js';
import {
  findColumn,
  type ArrayColumn,
  type CategoryColumn,
  type Column,
  type DataSet,
  type NumberColumn,
} from './dataSet.js';
import type { Feature, InputTransform, Preprocessing, PreprocessingOptions, TargetTransform } from './preprocessing.js';
import { inputTarget } from './reconstruction.js';

const longestText = 1000;

/**
 * Preprocessing for `dataSet`, from the examples `train` only. Numbers and categories (one-hot) go to one input `x`;
 * every array, text and embedded category is an input of its own (named `x` when it is the only one).
 * A missing number becomes the training median, a missing or unseen category the level '?'.
 */
export function fitPreprocessing(
  dataSet: DataSet,
  train: Int32Array,
  options: PreprocessingOptions = {},
): Preprocessing {
  if (train.length === 0)
    throw new EngineError('data.tooFew', `Data set '${dataSet.name}': the training part must not be empty`);
  const columns = dataSet.inputs.map((name) => column(dataSet, name));
  const features = columns.flatMap((input) => featureOf(input, train, options));
  const others = columns.flatMap((input) => transformOf(input, train, options));
  const joined = features.length > 0 ? [joinFeatures(features, options)] : [];
  const inputs = [...joined, ...others];
  if (inputs.length === 1) inputs[0]!.input = 'x';
  return { version: 1, inputs, target: targetOf(dataSet, train, options, inputs) };
}

function column(dataSet: DataSet, name: string): Column {
  const found = findColumn(dataSet, name);
  if (!found) throw new EngineError('data.column', `Data set '${dataSet.name}': column '${name}' does not exist`);
  return found;
}

function joinFeatures(features: Feature[], options: PreprocessingOptions): InputTransform {
  if (options.steps === undefined) return { kind: 'features', input: 'x', features };
  return { kind: 'history', input: 'x', features, steps: options.steps, horizon: options.horizon ?? 1 };
}

function featureOf(source: Column, train: Int32Array, options: PreprocessingOptions): Feature[] {
  if (source.type === 'number') return [numberFeature(source, train, options)];
  if (source.type === 'category' && options.categories !== 'index')
    return [{ kind: 'oneHot', column: source.name, categories: seenCategories(source, train) }];
  return [];
}

function numberFeature(source: NumberColumn, train: Int32Array, options: PreprocessingOptions): Feature {
  const present = Float64Array.from(train, (example) => source.values[example]!).filter(
    (value) => !Number.isNaN(value),
  );
  const missing = train.length - present.length;
  const fill = medianOf(present);
  const filled = Float64Array.from(train, (example) => {
    const value = source.values[example]!;
    return Number.isNaN(value) ? fill : value;
  });
  const { mean, std } = options.numbers === 'none' ? { mean: 0, std: 1 } : momentsOf(filled);
  const missingFlag = missing > 0 && options.missingFlags !== false;
  return { kind: 'number', column: source.name, fill, mean, std, missingFlag };
}

/** Categories of the training part in the column's own order. */
function seenCategories(source: CategoryColumn, train: Int32Array): string[] {
  const seen = new Set<number>();
  for (const example of train) seen.add(source.codes[example]!);
  return source.categories.filter((_, code) => seen.has(code));
}

function transformOf(source: Column, train: Int32Array, options: PreprocessingOptions): InputTransform[] {
  const names = { input: source.name, column: source.name };
  switch (source.type) {
    case 'number':
      return [];
    case 'category':
      return options.categories === 'index'
        ? [{ kind: 'index', ...names, categories: seenCategories(source, train) }]
        : [];
    case 'array':
      return [{ kind: 'array', ...names, ...arrayScaling(source, train, options) }];
    case 'text': {
      const lowerCase = options.lowerCase ?? false;
      const texts = Array.from(train, (example) => Array.from(casedText(source.values[example]!, lowerCase)));
      const longest = texts.reduce((most, text) => Math.max(most, text.length), 1);
      const length = options.textLength ?? Math.min(longest, longestText);
      return [{ kind: 'characters', ...names, vocabulary: vocabularyOf(texts.flat()), length, lowerCase }];
    }
    case 'windows':
      return [{ kind: 'windows', ...names, vocabulary: windowVocabulary(source, train), length: source.length }];
  }
}

export function casedText(text: string, lowerCase: boolean): string {
  return lowerCase ? text.toLowerCase() : text;
}

function vocabularyOf(characters: Iterable<string>): string[] {
  return [...new Set(characters)].sort();
}

function windowVocabulary(source: Column & { type: 'windows' }, train: Int32Array): string[] {
  const seen = new Set<number>();
  for (const example of train) {
    const start = example * source.stride;
    for (let at = start; at < start + source.length; at++) seen.add(source.points[at]!);
  }
  return vocabularyOf(Array.from(seen, (point) => String.fromCodePoint(point)));
}

/** uint8 is scaled by 1/255; mean and standard deviation per channel (first of three axes), else over everything. */
function arrayScaling(source: ArrayColumn, train: Int32Array, options: PreprocessingOptions) {
  const scale = source.dtype === 'uint8' ? 1 / 255 : 1;
  const channels = source.shape.length === 3 ? source.shape[0]! : 1;
  const shape = [...source.shape];
  if (options.images === 'scale') return { shape, scale, mean: [0], std: [1] };
  const size = sizeOf(source.shape);
  const plane = size / channels;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const read = reader(source);
  for (const example of train)
    for (let channel = 0; channel < channels; channel++) {
      const start = example * size + channel * plane;
      for (let at = start; at < start + plane; at++) {
        const value = read(at);
        sums[channel]! += value;
        squares[channel]! += value * value;
      }
    }
  const total = train.length * plane;
  const mean = Array.from(sums, (sum) => (sum / total) * scale);
  const std = Array.from(squares, (square, channel) =>
    safeDeviation(Math.sqrt(Math.max(0, (square / total) * scale * scale - mean[channel]! ** 2)), mean[channel]!),
  );
  return { shape, scale, mean, std };
}

/** Reads an element as a number; the common types without a call through the general path. */
export function reader(source: ArrayColumn): (at: number) => number {
  const { data, dtype } = source;
  if (dtype === 'float16' || dtype === 'int64') {
    const tensor: Tensor = { dtype, shape: [], data };
    return (at) => element(tensor, at);
  }
  const plain = data as Uint8Array;
  return (at) => plain[at]!;
}

function targetOf(
  dataSet: DataSet,
  train: Int32Array,
  options: PreprocessingOptions,
  inputs: readonly InputTransform[],
): TargetTransform {
  if (options.target === 'input') return inputTarget(inputs);
  const target = column(dataSet, dataSet.target);
  if (target.type === 'category') return { kind: 'class', column: target.name, classes: [...target.categories] };
  if (target.type === 'number') {
    const moments = momentsOf(Float64Array.from(train, (example) => target.values[example]!));
    const { mean, std } = options.target === 'none' ? { mean: 0, std: 1 } : moments;
    return { kind: 'value', column: target.name, mean, std };
  }
  const windows = inputs.find((input) => input.kind === 'windows' && input.column === target.name);
  if (windows?.kind !== 'windows')
    throw new EngineError(
      'data.target',
      `Data set '${dataSet.name}': '${target.name}' of type ${target.type} cannot be a target`,
    );
  return { kind: 'nextCharacters', column: target.name, vocabulary: windows.vocabulary, length: windows.length };
}

function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Mean and population standard deviation in two passes; a constant column gets 1. */
function momentsOf(values: Float64Array): { mean: number; std: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, std: safeDeviation(Math.sqrt(squares / values.length), mean) };
}

/** A deviation below the rounding of the mean is a constant's, and must not blow noise up. */
function safeDeviation(std: number, mean: number): number {
  return std > Math.abs(mean) * 1e-7 && std > 1e-30 ? std : 1;
}
