// Figures of the data area: correlations, means of pictures, lines, cells as text, roles, windows of a text, thumbnails.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnStatistics, DatasetSummary } from '../../../contract/services/datasets.js';
import { exampleNumbers, notesByExample } from '../../../renderer/features/data/examples/exampleNumbers.js';
import { pageQuery } from '../../../renderer/features/data/grid/imagePages.js';
import { askedSide, fitted, imagesPerPage } from '../../../renderer/features/data/imageStrip.js';
import { pickPictures, spread, Thumbnails } from '../../../renderer/features/data/list/thumbnails.js';
import {
  rolesOf,
  sameRoles,
  withAllInputs,
  withInput,
  withTarget,
} from '../../../renderer/features/data/roles/rolesState.js';
import { correlate, pearson, strongestPairs } from '../../../renderer/features/data/statistics/correlation.js';
import { linePath } from '../../../renderer/features/data/statistics/linePath.js';
import { averageOf, countCharacters, numbersOf } from '../../../renderer/features/data/statistics/sampleData.js';
import {
  alignedText,
  cellText,
  decimalsOf,
  figureOf,
  figureText,
} from '../../../renderer/features/data/table/cellText.js';
import { linesOf, visibleText } from '../../../renderer/features/data/text/windowLines.js';

describe('correlation', () => {
  it('is that of the textbook', () => {
    const x = Float64Array.of(1, 2, 3, 4, 5);
    expect(pearson(x, Float64Array.of(2, 4, 6, 8, 10))).toBeCloseTo(1, 12);
    expect(pearson(x, Float64Array.of(5, 4, 3, 2, 1))).toBeCloseTo(-1, 12);
    // numpy.corrcoef([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])[0, 1]
    expect(pearson(x, Float64Array.of(2, 1, 4, 3, 5))).toBeCloseTo(0.8, 12);
  });

  it('leaves out rows where one is missing, and has none without variation', () => {
    expect(pearson(Float64Array.of(1, NaN, 3, 4), Float64Array.of(1, 99, 3, 4))).toBeCloseTo(1, 12);
    expect(pearson(Float64Array.of(1, 1, 1), Float64Array.of(1, 2, 3))).toBeNaN();
  });

  it('lists the strongest pairs first, whatever the sign', () => {
    const matrix = correlate([
      { name: 'a', values: Float64Array.of(1, 2, 3, 4) },
      { name: 'b', values: Float64Array.of(1, 3, 2, 4) },
      { name: 'c', values: Float64Array.of(4, 3, 2, 1) },
    ]);
    expect(strongestPairs(matrix, 2).map(({ one, other }) => one + other)).toEqual(['ac', 'ab']);
  });
});

describe('samples', () => {
  it('are spread over all without repeating', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 300 }), (count, wanted) => {
        const numbers = [...spread(count, wanted)];
        expect(new Set(numbers).size).toBe(Math.min(count, wanted));
        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...numbers)).toBeLessThan(count);
      }),
    );
  });

  it('have a mean picture', () => {
    const block = {
      width: 1,
      height: 1,
      pixels: Uint8Array.of(0, 10, 20, 255, 100, 20, 21, 255),
      examples: Int32Array.of(3, 4),
      classes: Int32Array.of(0, 0),
      parts: Uint8Array.of(0, 0),
      total: 2,
    };
    expect([...averageOf(block).pixels]).toEqual([50, 15, 21, 255]);
    expect(averageOf(block).examples).toHaveLength(1);
  });

  it('have numbers by column, and characters by frequency', () => {
    const sample = {
      columns: ['name', 'age'],
      rows: [
        ['a', 3],
        ['b', null],
      ],
    };
    expect([...numbersOf(sample, 'age')]).toEqual([3, NaN]);
    expect(countCharacters(['aab', 'a😀'], 2)).toEqual([
      { character: 'a', count: 3 },
      { character: 'b', count: 1 },
    ]);
  });
});

describe('lines', () => {
  it('span their box and have a gap where there is no number', () => {
    const { path, least, greatest } = linePath(Float64Array.of(0, 10, NaN, 5), 30, 12);
    expect(path).toBe('M0.0 11.0L10.0 1.0M30.0 6.0');
    expect([least, greatest]).toEqual([0, 10]);
    expect(linePath(Float64Array.of(NaN), 30, 12).path).toBe('');
  });
});

describe('cells', () => {
  it('are as short as their numbers allow', () => {
    expect([null, 'x', 3, 0.1 + 0.2, 1234.56789, 1e-7, 123456789012, 2.5e12].map(cellText)).toEqual([
      '',
      'x',
      '3',
      '0.3',
      '1234.57',
      '1e-7',
      '123456789012',
      '2500000000000',
    ]);
  });

  it('line up by the decimals of their column', () => {
    const decimals = decimalsOf([18, 18.1, null, 'x']);
    expect(decimals).toBe(1);
    expect(alignedText(18, decimals)).toBe('18.0');
    expect(alignedText(1e-9, decimals)).toBe('1e-9');
  });

  it('have figures without a comma in years', () => {
    expect([18_430, 18_430.5, 15_839.2, 473_300.25].map(figureText)).toEqual(['18,430', '18,430', '15,840', '473,300']);
    expect(figureOf({ isDate: true }, 15_839)).toBe('2013-05-14');
    expect([2007, 12_345, 0.00012, 44.449].map(figureText)).toEqual(['2007', '12,345', '1.20e-4', '44.45']);
  });
});

const column = (name: string, type: ColumnStatistics['type']): ColumnStatistics => ({
  name,
  type,
  role: 'input',
  missing: 0,
  distinct: 1,
  numbers: null,
  categories: null,
  lengths: null,
  shape: null,
  isBytes: false,
  isDate: false,
  outliers: 0,
});

describe('roles', () => {
  const roles = rolesOf({ target: 'kind', inputs: ['a', 'b'], task: 'classification' });

  it('have one target; the one before becomes an input and the task follows', () => {
    const changed = withTarget(roles, column('a', 'number'));
    expect(changed.task).toBe('regression');
    expect([...changed.inputs].sort()).toEqual(['b', 'kind']);
    expect(withTarget(changed, column('kind', 'category')).task).toBe('classification');
  });

  it('let a forecast read the past of what it predicts', () => {
    const forecast = rolesOf({ target: 'a', inputs: ['a', 'b'], task: 'forecast' });
    expect(withTarget(forecast, column('b', 'number')).inputs.has('b')).toBe(true);
    expect(withAllInputs(forecast, ['a', 'b', 'c'], true).inputs.has('a')).toBe(true);
  });

  it('take all inputs or none', () => {
    expect([...withAllInputs(roles, ['a', 'b', 'c', 'kind'], true).inputs]).toEqual(['a', 'b', 'c']);
    expect(withAllInputs(roles, ['a'], false).inputs.size).toBe(0);
    expect(sameRoles(roles, withInput(withInput(roles, 'c', true), 'c', false))).toBe(true);
  });
});

describe('text windows', () => {
  it('are cut by characters and shown with their breaks', () => {
    expect(linesOf('ab😀cd', 3)).toEqual(['ab😀', 'cd']);
    expect(visibleText('a b\n')).toBe('a·b↵');
  });
});

describe('pictures', () => {
  it('are asked for in the size that they are shown in, never larger than stored', () => {
    expect(askedSide(80)).toBe(128);
    expect(fitted(100, 50, 64)).toEqual({ width: 64, height: 32 });
    expect(fitted(28, 28, 128)).toEqual({ width: 28, height: 28 });
    expect(imagesPerPage(28, 28)).toBe(256);
    expect(imagesPerPage(512, 512) * 512).toBeLessThanOrEqual(8192);
  });

  it('stand for a data set with as many classes as there are', () => {
    expect(pickPictures({ classes: Int32Array.of(0, 0, 1, 1, 2, 2) }, 4)).toEqual([0, 2, 4, 1]);
  });

  it('of a given list travel page by page', () => {
    const examples = Int32Array.of(5, 6, 7, 8);
    expect(pageQuery({ examples }, 2, 2)).toEqual({ query: { examples: Int32Array.of(7, 8) }, from: 0, count: 2 });
    expect(pageQuery({ examples, part: 'test' }, 2, 2).from).toBe(2);
  });
});

describe('thumbnails', () => {
  const dataset = { id: 'novel', kind: 'text', hash: '1' } as DatasetSummary;

  it('are read once a version, and again after a fault', async () => {
    let reads = 0;
    const thumbnails = new Thumbnails({
      thumbnails: () => Promise.resolve(null),
      statistics: () => Promise.reject(new Error('unused')),
      rows: () => {
        if (reads++ === 0) return Promise.reject(new Error('busy'));
        const cells = { examples: Int32Array.of(0, 1), parts: Uint8Array.of(0, 0), total: 2 };
        return Promise.resolve({ columns: ['text'], rows: [['It is a '], ['truth']], ...cells });
      },
    });
    await expect(thumbnails.of(dataset)).rejects.toThrow('busy');
    expect(await thumbnails.of(dataset)).toEqual({ kind: 'text', excerpt: 'It is a truth' });
    await thumbnails.of(dataset);
    expect(reads).toBe(2);
    await thumbnails.of({ ...dataset, hash: '2' });
    expect(reads).toBe(3);
  });
});

describe('parameters of the panel of examples', () => {
  it('survive a saved layout', () => {
    const saved: unknown = JSON.parse(JSON.stringify(Int32Array.of(4, 2)));
    expect([...exampleNumbers(saved)]).toEqual([4, 2]);
    expect([...exampleNumbers([1, -1, 'x', 2.5, 3])]).toEqual([1, 3]);
    expect(exampleNumbers(undefined)).toHaveLength(0);
    expect(notesByExample(Int32Array.of(4, 2), ['seen as 3', '']).get(4)).toBe('seen as 3');
  });
});
