// Divisions of a data set: exact shares, groups kept together, folds that test each example once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { kFold, makeSplit, type SplitOptions } from '../../../engine/data/split.js';

function classes(codes: readonly number[], more: Partial<DataSet> = {}): DataSet {
  return {
    name: 'small',
    kind: 'tabular',
    task: 'classification',
    count: codes.length,
    columns: [
      { type: 'number', name: 'group', values: Float64Array.from(codes, (_, index) => Math.floor(index / 3)) },
      { type: 'category', name: 'label', codes: Int32Array.from(codes), categories: ['a', 'b', 'c'] },
    ],
    inputs: ['group'],
    target: 'label',
    hash: '',
    remarks: [],
    ...more,
  };
}

const options: SplitOptions = { method: 'stratified', fractions: { train: 0.6, val: 0.2, test: 0.2 }, seed: 4 };
const codesOf = fc.array(fc.nat(2), { minLength: 5, maxLength: 80 });

describe('makeSplit', () => {
  it('puts every example in exactly one part, whatever the method', () => {
    fc.assert(
      fc.property(codesOf, fc.constantFrom('random', 'stratified', 'ordered'), fc.nat(1000), (codes, method, seed) => {
        const split = makeSplit(classes(codes), { ...options, method, seed });
        const members = [...split.train, ...split.val, ...split.test].sort((a, b) => a - b);
        expect(members).toEqual(codes.map((_, index) => index));
        expect(split.train.length).toBeGreaterThan(0);
      }),
    );
  });

  it('stratified: every class is divided by the fractions, to one example', () => {
    fc.assert(
      fc.property(codesOf, fc.nat(1000), (codes, seed) => {
        const split = makeSplit(classes(codes), { ...options, seed });
        for (const label of [0, 1, 2]) {
          const total = codes.filter((code) => code === label).length;
          const inPart = (part: Int32Array): number => [...part].filter((example) => codes[example] === label).length;
          expect(Math.abs(inPart(split.train) - 0.6 * total)).toBeLessThanOrEqual(2);
          expect(Math.abs(inPart(split.test) - 0.2 * total)).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('keeps equal examples together, with the shares of what differs', () => {
    const values = fc.array(fc.nat(12), { minLength: 5, maxLength: 80 });
    const methods = fc.constantFrom('random', 'stratified', 'ordered', 'predefined');
    fc.assert(
      fc.property(values, methods, fc.boolean(), fc.nat(1000), (found, method, byGroup, seed) => {
        const dataSet = classes(
          found.map((value) => value % 3),
          { parts: Uint8Array.from(found, (_, index) => (index % 4 === 3 ? 2 : 0)), inputs: ['value'] },
        );
        const column = { type: 'number', name: 'value', values: Float64Array.from(found) } as const;
        const withValue = { ...dataSet, columns: [...dataSet.columns, column] };
        const split = makeSplit(withValue, {
          ...options,
          method,
          seed,
          keepEqual: true,
          ...(byGroup && { groupBy: 'group' }),
        });
        const valuesOf = (part: Int32Array) => new Set([...part].map((example) => found[example]!));
        const parts = [split.train, split.val, split.test].map(valuesOf);
        expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(new Set(found).size);
        expect(split.train.length + split.val.length + split.test.length).toBe(found.length);
      }),
    );
  });

  it('given parts: examples that are equal go with the first of them', () => {
    const column = { type: 'number', name: 'value', values: Float64Array.of(1, 2, 3, 1, 4, 3) } as const;
    const dataSet = classes([0, 0, 0, 0, 0, 0], { parts: Uint8Array.of(0, 0, 2, 2, 2, 0), inputs: ['value'] });
    const given = { ...dataSet, columns: [...dataSet.columns, column] };
    const split = makeSplit(given, {
      method: 'predefined',
      fractions: { train: 1, val: 0, test: 0 },
      seed: 0,
      keepEqual: true,
    });
    expect([split.train, split.test].map((part) => [...part])).toEqual([
      [0, 1, 3],
      [2, 4, 5],
    ]);
  });

  it('keeps groups together', () => {
    fc.assert(
      fc.property(codesOf, fc.nat(1000), (codes, seed) => {
        const split = makeSplit(classes(codes), { ...options, method: 'random', seed, groupBy: 'group' });
        const groups = [split.train, split.val, split.test].map(
          (part) => new Set([...part].map((index) => Math.floor(index / 3))),
        );
        const distinct = new Set(groups.flatMap((group) => [...group]));
        expect(groups.reduce((sum, group) => sum + group.size, 0)).toBe(distinct.size);
      }),
    );
  });

  it('is the same for the same seed and another for another', () => {
    const set = classes(Array.from({ length: 60 }, (_, index) => index % 3));
    expect(makeSplit(set, options)).toEqual(makeSplit(set, options));
    expect(makeSplit(set, { ...options, seed: 5 })).not.toEqual(makeSplit(set, options));
  });

  it('takes the given parts, and validation out of training where none is given', () => {
    const codes = Array.from({ length: 30 }, (_, index) => index % 3);
    const parts = Uint8Array.from(codes, (_, index) => (index < 20 ? 0 : 2));
    const split = makeSplit(classes(codes, { parts }), { ...options, method: 'predefined' });
    expect([...split.test]).toEqual(Array.from({ length: 10 }, (_, index) => index + 20));
    expect([split.train.length, split.val.length]).toEqual([16, 4]);
    expect(() => makeSplit(classes(codes), { ...options, method: 'predefined' })).toThrow(
      /needs files that give the parts/,
    );
  });

  it('refuses an empty training part and columns that cannot group', () => {
    const set = classes([0, 1, 2, 0]);
    const none = { ...options, fractions: { train: 0, val: 0.5, test: 0.5 } };
    expect(() => makeSplit(set, none)).toThrow(/training fraction must be positive, got 0/);
    expect(() => makeSplit(set, { ...options, groupBy: 'nothing' })).toThrow(/no column 'nothing'/);
  });
});

describe('kFold', () => {
  it('tests every example exactly once, and never trains on what it tests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 2, max: 10 }),
        fc.nat(1000),
        (count, asked, seed) => {
          const folds = kFold(count, Math.min(asked, count), seed);
          expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, index) => index),
          );
          for (const { train, test } of folds) {
            expect([...train, ...test].sort((a, b) => a - b)).toHaveLength(count);
            expect(new Set([...train, ...test]).size).toBe(count);
          }
          const sizes = folds.map(({ test }) => test.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('with labels shares every class out evenly', () => {
    const labels = Int32Array.from({ length: 50 }, (_, index) => (index < 35 ? 0 : 1));
    for (const { test } of kFold(50, 5, 3, labels)) {
      const second = [...test].filter((example) => labels[example] === 1).length;
      expect([test.length, second]).toEqual([10, 3]);
    }
  });

  it.each([1, 0, 2.5, 11])('refuses %d folds of ten examples', (folds) => {
    expect(() => kFold(10, folds)).toThrow(/2 to 10 folds are possible with 10 examples/);
  });
});
