// How columns become a model's tensors: data (JSON, saved with a run), fitted once on the training part.
import { z } from 'zod';

/** Index of padding in character inputs; 1 stands for a character that the training part did not have. */
export const paddingIndex = 0;
export const unknownIndex = 1;
/** The level of a category that is missing, or that the training part did not have. */
export const missingLevel = '?';

const finite = z.number();
const name = z.string().min(1).max(1000);
const length = z.int().min(1).max(1_000_000);

/** (value − mean) / std after filling a missing value; with `missingFlag` a second feature is 1 where it was missing. */
const numberFeature = z.object({
  kind: z.literal('number'),
  column: name,
  fill: finite,
  mean: finite,
  std: z.number().positive(),
  missingFlag: z.boolean(),
});

/** One feature a category; anything not listed is the level '?', which comes last. */
const oneHotFeature = z.object({ kind: z.literal('oneHot'), column: name, categories: z.array(z.string()) });

const feature = z.discriminatedUnion('kind', [numberFeature, oneHotFeature]);
export type Feature = z.infer<typeof feature>;

const inputTransform = z.discriminatedUnion('kind', [
  /** float32 [width] */
  z.object({ kind: z.literal('features'), input: name, features: z.array(feature).min(1) }),
  /** float32 [steps, width]: the features of the `steps` examples that end `horizon` before this one. */
  z.object({
    kind: z.literal('history'),
    input: name,
    features: z.array(feature).min(1),
    steps: length,
    horizon: z.int().min(0).max(1_000_000),
  }),
  /** int32 []: the index of the category, for an embedding; '?' is the last. */
  z.object({ kind: z.literal('index'), input: name, column: name, categories: z.array(z.string()) }),
  /** float32 `shape`: (value × scale − mean[c]) / std[c], c over the first axis (one entry: all alike). */
  z.object({
    kind: z.literal('array'),
    input: name,
    column: name,
    shape: z.array(z.int().min(0)),
    scale: z.number().positive(),
    mean: z.array(finite).min(1),
    std: z.array(z.number().positive()).min(1),
  }),
  /** int32 [length]: 0 padding after the end, 1 unknown, 2 + position in the vocabulary otherwise. */
  z.object({
    kind: z.literal('characters'),
    input: name,
    column: name,
    vocabulary: z.array(z.string()),
    length,
    lowerCase: z.boolean(),
  }),
  /** int32 [length], coded as characters. */
  z.object({ kind: z.literal('windows'), input: name, column: name, vocabulary: z.array(z.string()), length }),
]);
export type InputTransform = z.infer<typeof inputTransform>;

const targetTransform = z.discriminatedUnion('kind', [
  /** int32 [] */
  z.object({ kind: z.literal('class'), column: name, classes: z.array(z.string()).min(1) }),
  /** float32 [1]: (value − mean) / std */
  z.object({ kind: z.literal('value'), column: name, mean: finite, std: z.number().positive() }),
  /** int32 [length]: the windows' characters, one later */
  z.object({ kind: z.literal('nextCharacters'), column: name, vocabulary: z.array(z.string()), length }),
  /**
   * float32 `shape`: the prepared input itself. value × std[c] + mean[c] is in the data's own unit, c over the first axis (one
   * entry: all alike). `column`: what the input is; left out where it is the features of several columns, each in its own unit.
   */
  z.object({
    kind: z.literal('input'),
    input: name,
    column: name.optional(),
    shape: z.array(z.int().min(1)),
    mean: z.array(finite).min(1),
    std: z.array(z.number().positive()).min(1),
  }),
]);
export type TargetTransform = z.infer<typeof targetTransform>;

export const preprocessingSchema = z.object({
  version: z.literal(1),
  inputs: z.array(inputTransform).min(1),
  target: targetTransform,
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;

/** What is chosen before fitting. */
export const preprocessingOptionsSchema = z
  .strictObject({
    numbers: z.enum(['standardise', 'none']),
    /** Whether a feature tells where a number was missing (only for columns with missing values in the training part). */
    missingFlags: z.boolean(),
    categories: z.enum(['oneHot', 'index']),
    images: z.enum(['standardise', 'scale']),
    /** Of a number; `input`: the input itself is the target, whatever the data set's is. */
    target: z.enum(['standardise', 'none', 'input']),
    /** Longest text in characters; left out: the longest of the training part, at most 1,000. */
    textLength: length,
    lowerCase: z.boolean(),
    /** Days (rows) of a time series that a model sees; left out: each row by itself. */
    steps: length,
    horizon: z.int().min(0).max(1_000_000),
  })
  .partial();
export type PreprocessingOptions = z.infer<typeof preprocessingOptionsSchema>;

/** How many float32 features a feature makes. */
export function widthOf(feature: Feature): number {
  if (feature.kind === 'oneHot') return feature.categories.length + 1;
  return feature.missingFlag ? 2 : 1;
}

/** Names of the features in order, as `sex = male`. */
export function featureNamesOf(features: readonly Feature[]): string[] {
  return features.flatMap((feature) => {
    if (feature.kind === 'oneHot')
      return [...feature.categories, missingLevel].map((level) => `${feature.column} = ${level}`);
    return feature.missingFlag ? [feature.column, `${feature.column} missing`] : [feature.column];
  });
}

/** A prediction in the target's own unit: the inverse of its standardisation. `index`: its place, where an example has several. */
export function restoreValue(target: TargetTransform, value: number, index = 0): number {
  if (target.kind === 'value') return value * target.std + target.mean;
  if (target.kind !== 'input') return value;
  const entry = unitEntry(target, index);
  return value * target.std[entry]! + target.mean[entry]!;
}

/** Which entry of mean and std counts for the place `index` of an example (or of several, one after the other). */
export function unitEntry({ shape, mean }: TargetTransform & { kind: 'input' }, index: number): number {
  if (mean.length === 1) return 0;
  // Asked for every number of every example.
  let size = 1;
  for (const dim of shape) size *= dim;
  return Math.floor(((index % size) * mean.length) / size);
}

/** The character of an index of the model; '' for padding, U+FFFD for an unknown one. */
export function characterAt(vocabulary: readonly string[], index: number): string {
  return index === paddingIndex ? '' : (vocabulary[index - 2] ?? '\ufffd');
}
