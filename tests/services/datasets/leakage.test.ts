// The leakage check: exact and near duplicates across parts, found as comparing everything with everything finds them.
import { describe, expect, it } from 'vitest';
import type { Column, DataSet } from '../../../engine/data/dataSet.js';
import { checkLeakage } from '../../../main/services/datasets/checkLeakage.js';
import type { OpenDataSet } from '../../../main/services/datasets/openDataSet.js';

const calm = { signal: new AbortController().signal, progress: () => undefined };

function open(column: Column, parts: readonly number[], kind: DataSet['kind'] = 'image'): OpenDataSet {
  const dataSet: DataSet = {
    name: 'x',
    kind,
    task: 'classification',
    count: parts.length,
    columns: [column],
    inputs: [column.name],
    target: 'label',
    hash: '',
    remarks: [],
  };
  return { dataSet, partOf: Uint8Array.from(parts) } as unknown as OpenDataSet;
}

/** Pictures of blobs, each of its own. */
function picture(seed: number, side = 24): number[] {
  const spot = (place: number) => ({ x: (seed * (place + 3) * 7.3) % side, y: (seed * (place + 5) * 3.7) % side });
  const spots = [0, 1, 2, 3].map(spot);
  return Array.from({ length: side * side }, (_, at) => {
    const near = spots.map(({ x, y }) => Math.exp(-(((at % side) - x) ** 2 + (Math.floor(at / side) - y) ** 2) / 20));
    return Math.min(240, 10 + 220 * Math.max(...near));
  });
}

function images(pictures: readonly (readonly number[])[]): Column {
  return { type: 'array', name: 'image', dtype: 'uint8', shape: [1, 24, 24], data: Uint8Array.from(pictures.flat()) };
}

describe('The leakage check', () => {
  it('finds pictures that are the same, and such that differ by noise or brightness', async () => {
    const different = Array.from({ length: 40 }, (_, at) => picture(at + 1));
    const noisy = picture(3).map((value, at) => value + ((at * 31) % 5) - 2);
    const brighter = picture(8).map((value) => value + 12);
    const pictures = [...different, picture(5), noisy, brighter];
    const parts = [...different.map(() => 0), 2, 1, 2];
    const report = await checkLeakage(open(images(pictures), parts), calm);
    expect(report).toMatchObject({ checked: 43, leaked: 3, duplicates: 1 });
    expect(report.pairs).toEqual([
      { one: 4, other: 40, parts: ['train', 'test'], exact: true },
      { one: 2, other: 41, parts: ['train', 'val'], exact: false },
      { one: 7, other: 42, parts: ['train', 'test'], exact: false },
    ]);
    expect(report.groups.map((group) => [...group])).toEqual([
      [4, 40],
      [2, 41],
      [7, 42],
    ]);
    expect(report.nearRule).toMatch(/of 64 bits/);
  });

  it('does not mind duplicates within one part', async () => {
    const report = await checkLeakage(open(images([picture(1), picture(1), picture(2)]), [0, 0, 2]), calm);
    expect(report).toMatchObject({ leaked: 0, duplicates: 1, pairs: [], groups: [] });
  });

  it('compares rows by what a model reads', async () => {
    const column: Column = { type: 'number', name: 'n', values: Float64Array.of(1, 2, 1, NaN, NaN, 0, -0) };
    const report = await checkLeakage(open(column, [0, 0, 2, 0, 1, 0, 2], 'tabular'), calm);
    expect(report.pairs.map(({ one, other, exact }) => [one, other, exact])).toEqual([
      [0, 2, true],
      [3, 4, true],
    ]);
    expect(report.nearRule).toBeNull();
  });

  it('can be cancelled', async () => {
    const cancel = new AbortController();
    const progress = () => cancel.abort();
    const column = images([picture(1), picture(2), picture(3)]);
    await expect(checkLeakage(open(column, [0, 1, 2]), { signal: cancel.signal, progress })).rejects.toThrow();
  });
});
