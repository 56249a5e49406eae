// Seeded divisions of a data set into training, validation and test parts, and the check that they do not overlap.
import { z } from 'zod';
import { EngineError } from '../ir/diagnostic.js';
import { shuffled, permutation } from '../random/fields.js';
import { findColumn, inputColumns, type DataSet } from './dataSet.js';
import { firstEqual } from './equalExamples.js';
import { ExampleGroups } from './exampleGroups.js';

export const partNames = ['train', 'val', 'test'] as const;
export type PartName = (typeof partNames)[number];
/** Example numbers of each part, ascending. */
export type Split = Readonly<Record<PartName, Int32Array>>;

export const splitOptionsSchema = z.strictObject({
  /** `ordered`: the first examples train, the last test (time series, text). `predefined`: the parts that the files give. */
  method: z.enum(['random', 'stratified', 'ordered', 'predefined']),
  /** Shares, normalised to a sum of 1. With `predefined`, `val` is taken from the training part. */
  fractions: z.strictObject({ train: z.number().min(0), val: z.number().min(0), test: z.number().min(0) }),
  /** The split's own seed, apart from the run's: runs with other seeds see the same test part. */
  seed: z.int().min(0),
  /** Examples that are equal in this column stay in one part. */
  groupBy: z.string().optional(),
  /**
   * Examples with equal inputs stay in one part. Where the order or the files give the parts it is that of the first of them.
   */
  keepEqual: z.boolean().optional(),
});
export type SplitOptions = z.infer<typeof splitOptionsSchema>;

export const defaultFractions = { train: 0.7, val: 0.1, test: 0.2 };

/**
 * Divides all examples. Stratified: every class is divided by the fractions, so that shares agree to one example a class.
 * @throws EngineError when a part with a positive fraction would be empty of training examples, or a column is missing.
 */
export function makeSplit(dataSet: DataSet, options: SplitOptions): Split {
  const { fractions } = options;
  if (!(fractions.train > 0))
    throw new EngineError('data.split', `Split: the training fraction must be positive, got ${fractions.train}`);
  const parts = options.method === 'predefined' ? predefinedParts(dataSet, options) : freeParts(dataSet, options);
  const split = collect(parts);
  if (split.train.length === 0)
    throw new EngineError(
      'data.split',
      `Split of '${dataSet.name}': no example is left to train on out of ${dataSet.count}`,
    );
  return split;
}

function freeParts(dataSet: DataSet, options: SplitOptions): Uint8Array {
  if (options.method === 'ordered') {
    const all = Int32Array.from({ length: dataSet.count }, (_, index) => index);
    return likeTheFirst(assign(new Uint8Array(dataSet.count), [all], all, options), dataSet, options);
  }
  const groups = groupsOf(dataSet, options);
  return assign(new Uint8Array(dataSet.count), strata(dataSet, groups, options), groups, options);
}

/** The given parts; when none is named validation, a stratified share of training becomes it. */
function predefinedParts(dataSet: DataSet, options: SplitOptions): Uint8Array {
  if (!dataSet.parts)
    throw new EngineError(
      'data.split',
      `Split of '${dataSet.name}': method 'predefined' needs files that give the parts; use 'random'`,
    );
  const parts = likeTheFirst(dataSet.parts, dataSet, options);
  const { val } = options.fractions;
  if (parts.includes(1) || val === 0) return parts;
  const groups = groupsOf(dataSet, options);
  const within = strata(dataSet, groups, options).map((stratum) => stratum.filter((group) => parts[group] === 0));
  const fractions = { train: 1 - Math.min(val, 0.9), val: Math.min(val, 0.9), test: 0 };
  const divided = assign(new Uint8Array(dataSet.count), within, groups, { ...options, fractions });
  return parts.map((part, example) => (part === 0 && divided[example] === 1 ? 1 : part));
}

/** Given parts, where examples with equal inputs go with the first of them. */
function likeTheFirst(parts: Uint8Array, dataSet: DataSet, { keepEqual }: SplitOptions): Uint8Array {
  if (!keepEqual) return parts.slice();
  const firsts = firstEqual(inputColumns(dataSet), dataSet.count);
  return parts.map((_, example) => parts[firsts[example]!]!);
}

/** For each example the first example of its group. */
function groupsOf(dataSet: DataSet, { groupBy, keepEqual }: SplitOptions): Int32Array {
  const groups = new ExampleGroups(dataSet.count);
  if (groupBy !== undefined) groups.joinAll(firstOfValue(dataSet, groupBy));
  if (keepEqual) groups.joinAll(firstEqual(inputColumns(dataSet), dataSet.count));
  return Int32Array.from({ length: dataSet.count }, (_, example) => groups.firstOf(example));
}

/** For each example the first one with the same value in a column. */
function firstOfValue(dataSet: DataSet, groupBy: string): Int32Array {
  const column = findColumn(dataSet, groupBy);
  if (column?.type !== 'text' && column?.type !== 'category' && column?.type !== 'number')
    throw new EngineError(
      'data.split',
      `Split of '${dataSet.name}': no column '${groupBy}' of texts, categories or numbers to group by`,
    );
  const values: ArrayLike<string | number> = column.type === 'category' ? column.codes : column.values;
  const first = new Map<string | number, number>();
  return Int32Array.from({ length: dataSet.count }, (_, example) => {
    const value = values[example]!;
    if (!first.has(value)) first.set(value, example);
    return first.get(value)!;
  });
}

/** Group leaders in shuffled order, one list a class (one list altogether unless stratified). */
function strata(dataSet: DataSet, groups: Int32Array, options: SplitOptions): Int32Array[] {
  const leaders = groups.filter((leader, example) => leader === example);
  const order = shuffled({ seed: options.seed, purpose: 'split' }, leaders);
  const target = findColumn(dataSet, dataSet.target);
  if (options.method === 'random' || target?.type !== 'category') return [order];
  const lists = new Map<number, number[]>();
  for (const leader of order) {
    const code = target.codes[leader]!;
    const list = lists.get(code);
    if (list) list.push(leader);
    else lists.set(code, [leader]);
  }
  return [...lists.entries()].sort(([a], [b]) => a - b).map(([, list]) => Int32Array.from(list));
}

/** Cuts every stratum by the cumulative fractions; rounding errors do not pile up over many small strata. */
function assign(
  parts: Uint8Array,
  lists: readonly Int32Array[],
  groups: Int32Array,
  { fractions }: SplitOptions,
): Uint8Array {
  const sum = fractions.train + fractions.val + fractions.test;
  const debt = [0, 0];
  const partOf = new Uint8Array(parts.length);
  for (const list of lists) {
    const wanted = [(list.length * fractions.train) / sum, (list.length * (fractions.train + fractions.val)) / sum];
    const cuts = wanted.map((cut, index) => Math.min(list.length, Math.max(0, Math.round(cut + debt[index]!))));
    cuts[0] = Math.max(cuts[0]!, Math.min(1, list.length));
    cuts[1] = Math.max(cuts[0], cuts[1]!);
    wanted.forEach((cut, index) => (debt[index] = Math.max(-1, Math.min(1, debt[index]! + cut - cuts[index]!))));
    list.forEach((leader, place) => (partOf[leader] = place < cuts[0]! ? 0 : place < cuts[1]! ? 1 : 2));
  }
  return parts.map((_, example) => partOf[groups[example]!]!);
}

function collect(parts: Uint8Array): Split {
  const counts = [0, 0, 0];
  for (const part of parts) counts[part]!++;
  const members = counts.map((count) => new Int32Array(count));
  const filled = [0, 0, 0];
  for (let example = 0; example < parts.length; example++) {
    const part = parts[example]!;
    members[part]![filled[part]!++] = example;
  }
  return { train: members[0]!, val: members[1]!, test: members[2]! };
}

export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * k-fold cross-validation: every example tests exactly once. With `labels` (codes) the folds are stratified.
 * @throws EngineError unless 2 ≤ folds ≤ count.
 */
export function kFold(count: number, folds: number, seed = 0, labels?: Int32Array): Fold[] {
  if (!Number.isInteger(folds) || folds < 2 || folds > count)
    throw new EngineError(
      'data.folds',
      `k-fold: 2 to ${count} folds are possible with ${count} examples, got ${folds}`,
    );
  const order = permutation({ seed, purpose: 'folds' }, count);
  // Sorting by class keeps the shuffled order inside a class; dealing round-robin then shares every class out.
  if (labels) order.sort((a, b) => labels[a]! - labels[b]! || 0);
  const fold = new Int32Array(count);
  order.forEach((example, place) => (fold[example] = place % folds));
  const all = Int32Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: folds }, (_, number) => ({
    train: all.filter((example) => fold[example] !== number),
    test: all.filter((example) => fold[example] === number),
  }));
}
