// Small logic of the data area: selections, tall content, columns in view, filters, class bars, speed and time left.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetSummary } from '../../../contract/services/datasets.js';
import { choose, chooseAll, emptySelection } from '../../../renderer/features/data/grid/selection.js';
import { estimateProgress, type ProgressEstimate } from '../../../renderer/features/data/import/progressEstimate.js';
import { classShares, imbalanceRatio } from '../../../renderer/features/data/list/classShares.js';
import { groupDatasets, kindsOf, nameTaken } from '../../../renderer/features/data/list/datasetFilter.js';
import {
  columnEdges,
  columnsInView,
  guessWidth,
  nextSort,
} from '../../../renderer/features/data/table/columnLayout.js';
import { contentTop, laidOutAt, scrollScale, scrollTopOf } from '../../../renderer/features/data/virtualScroll.js';

describe('selection', () => {
  it('a click chooses one, Shift a range from the anchor, Control adds and removes', () => {
    const one = choose(emptySelection, 5);
    expect([...one.chosen]).toEqual([5]);
    const range = choose(one, 2, { range: true });
    expect([...range.chosen]).toEqual([2, 3, 4, 5]);
    expect([...choose(range, 7, { range: true }).chosen]).toEqual([5, 6, 7]);
    expect([...choose(range, 3, { toggle: true }).chosen]).toEqual([2, 4, 5]);
    expect([...choose(choose(one, 9, { toggle: true }), 10, { range: true, toggle: true }).chosen]).toEqual([5, 9, 10]);
  });

  it('all is all', () => {
    expect(chooseAll(emptySelection, 3).chosen.size).toBe(3);
    expect(chooseAll(emptySelection, 0)).toBe(emptySelection);
  });
});

describe('tall content', () => {
  it('scrolls pixel by pixel while it can be laid out', () => {
    const scale = scrollScale(28_000_000, 800);
    expect(scale.factor).toBe(1);
    expect(laidOutAt(scale, 500, 100)).toBe(500);
  });

  it('reaches its very end however high it is', () => {
    const scale = scrollScale(280_000_000, 800);
    const end = scale.height - 800;
    expect(contentTop(scale, end)).toBeCloseTo(280_000_000 - 800, 3);
    expect(laidOutAt(scale, 280_000_000 - 28, end)).toBeCloseTo(end + 800 - 28, 3);
    expect(contentTop(scale, scrollTopOf(scale, 1_000_000))).toBeCloseTo(1_000_000, 6);
  });
});

describe('columns', () => {
  it('in view are those whose pixels are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 300 }), { minLength: 1, maxLength: 60 }),
        fc.nat(4000),
        (widths, left) => {
          const edges = columnEdges(widths);
          const { from, to } = columnsInView(edges, left, 500);
          widths.forEach((_, index) => {
            const isSeen = edges[index + 1]! > left && edges[index]! < left + 500;
            expect(index >= from && index < to).toBe(isSeen);
          });
        },
      ),
    );
  });

  it('are as wide as their names and values ask for, within bounds', () => {
    expect(guessWidth({ name: 'x', type: 'number', samples: ['1'] })).toBe(80);
    expect(guessWidth({ name: 'x', type: 'text', samples: ['a'.repeat(500)] })).toBe(320);
  });

  it('sort up, down, and as stored', () => {
    const up = nextSort(undefined, 'age');
    expect(up).toEqual({ column: 'age', descending: false });
    expect(nextSort(nextSort(up, 'age'), 'age')).toBeUndefined();
    expect(nextSort(up, 'name')).toEqual({ column: 'name', descending: false });
  });
});

const dataset = (name: string, rest: Partial<DatasetSummary> = {}): DatasetSummary => ({
  id: name,
  name,
  title: name,
  kind: 'tabular',
  task: 'classification',
  count: 1,
  isExample: false,
  created: null,
  hash: null,
  bytes: 1,
  classCounts: [],
  shape: [],
  ...rest,
});

describe('list of data sets', () => {
  const all = [
    dataset('old', { created: '2026-01-01T00:00:00Z' }),
    dataset('new', { created: '2026-02-01T00:00:00Z' }),
    dataset('digits', { isExample: true, kind: 'image', title: 'Handwritten digits' }),
  ];

  it('has the newest of the workspace first and the examples apart', () => {
    const { own, examples } = groupDatasets(all, { text: '', kind: undefined });
    expect(own.map(({ name }) => name)).toEqual(['new', 'old']);
    expect(examples).toHaveLength(1);
  });

  it('finds words of name, title and kind in any order', () => {
    expect(groupDatasets(all, { text: 'IMAGE hand', kind: undefined }).examples).toHaveLength(1);
    expect(groupDatasets(all, { text: '', kind: 'image' }).own).toHaveLength(0);
    expect(kindsOf(all)).toEqual(['image', 'tabular']);
  });

  it('knows names that are taken', () => {
    expect(nameTaken(all, ' OLD ')).toBe(true);
    expect(nameTaken(all, 'old', 'old')).toBe(false);
  });
});

describe('class bar', () => {
  const counts = Array.from({ length: 30 }, (_, index) => ({ name: String(index), count: 10 }));

  it('is whole, and draws many classes together', () => {
    const shares = classShares(counts, 12, (rest) => `${String(rest)} more`);
    expect(shares).toHaveLength(12);
    expect(shares.at(-1)).toMatchObject({ name: '19 more', count: 190, index: -1, to: 1 });
    expect(classShares([], 12, String)).toEqual([]);
  });

  it('tells how uneven classes are', () => {
    expect(
      imbalanceRatio([
        { name: 'a', count: 90 },
        { name: 'b', count: 10 },
      ]),
    ).toBe(9);
    expect(
      imbalanceRatio([
        { name: 'a', count: 90 },
        { name: 'b', count: 0 },
      ]),
    ).toBeUndefined();
  });
});

describe('progress', () => {
  const at = (previous: ProgressEstimate | undefined, stage: string, done: number, time: number, total = 100) =>
    estimateProgress(previous, { stage, done, total, at: time });

  it('tells speed and time left once there is something to tell', () => {
    const first = at(undefined, 'reading', 0, 0);
    expect(first.speed).toBeUndefined();
    const later = at(first, 'reading', 20, 1000);
    expect(later.speed).toBe(20);
    expect(later.secondsLeft).toBe(4);
    expect(later.fraction).toBe(0.2);
  });

  it('begins anew with a new stage', () => {
    const first = at(at(undefined, 'reading', 0, 0), 'reading', 100, 1000);
    expect(at(first, 'writing', 5, 1100).speed).toBeUndefined();
  });

  it('has no share of an unknown total', () => {
    expect(at(undefined, 'reading', 10, 0, 0).fraction).toBeUndefined();
  });
});
