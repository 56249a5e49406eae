// Queries over examples: filters, searches and orders, against what sorting and filtering plain lists gives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, DataSet } from '../../../engine/data/dataSet.js';
import { ascendingOrder } from '../../../main/services/datasets/ascendingOrder.js';
import { columnOutline, columnStatistics } from '../../../main/services/datasets/columnStatistics.js';
import { imageBlock } from '../../../main/services/datasets/imageBlock.js';
import { ExampleQueries } from '../../../main/services/datasets/queryExamples.js';
import type { OpenDataSet } from '../../../main/services/datasets/openDataSet.js';

const numbers = (values: readonly number[]): Column => ({
  type: 'number',
  name: 'n',
  values: Float64Array.from(values),
});

function open(columns: readonly Column[], count: number, parts: Uint8Array = new Uint8Array(count)): OpenDataSet {
  const dataSet: DataSet = {
    name: 'x',
    kind: 'tabular',
    task: 'classification',
    count,
    columns,
    inputs: ['n'],
    target: 'c',
    hash: '',
    remarks: [],
  };
  return { dataSet, partOf: parts, bytes: 0 } as unknown as OpenDataSet;
}

describe('The order of a column', () => {
  it('of numbers is that of their values, stable, missing ones last', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1, 1))), (values) => {
        const expected = [...values.keys()].sort((a, b) => {
          const [x, y] = [values[a]!, values[b]!];
          if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
          return x < y ? -1 : x > y ? 1 : a - b;
        });
        expect([...ascendingOrder(numbers(values))]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('of categories is that of their names as people sort them', () => {
    const column: Column = {
      type: 'category',
      name: 'c',
      codes: Int32Array.of(1, -1, 0, 2, 1),
      categories: ['b10', 'b2', 'a'],
    };
    expect([...ascendingOrder(column)]).toEqual([3, 0, 4, 2, 1]);
  });

  it('of texts does not regard case', () => {
    expect([...ascendingOrder({ type: 'text', name: 't', values: ['b', 'A', 'a', ''] })]).toEqual([3, 1, 2, 0]);
  });
});

describe('A query', () => {
  const columns: Column[] = [
    numbers([3, 1, NaN, 1, 2]),
    { type: 'category', name: 'c', codes: Int32Array.of(0, 1, 0, 1, 1), categories: ['Rose', 'lily'] },
    { type: 'text', name: 't', values: ['one', 'two', 'Three', 'four', 'five 12.5'] },
  ];
  const queries = new ExampleQueries(open(columns, 5, Uint8Array.of(0, 0, 1, 2, 0)));

  it.each<[string, Parameters<ExampleQueries['examples']>[0], number[]]>([
    ['everything', {}, [0, 1, 2, 3, 4]],
    ['a part', { part: 'train' }, [0, 1, 4]],
    ['a class of a part', { part: 'train', class: 1 }, [1, 4]],
    ['a text in any case', { search: 'ROS' }, [0, 2]],
    ['a text in a text', { search: 'T' }, [1, 2]],
    ['a number', { search: '3' }, [0]],
    ['ascending', { sort: { column: 'n', descending: false } }, [1, 3, 4, 0, 2]],
    [
      'descending: equal ones stay in order, missing ones last',
      { sort: { column: 'n', descending: true } },
      [0, 4, 1, 3, 2],
    ],
    ['named ones', { examples: Int32Array.of(4, 0, 3) }, [4, 0, 3]],
    [
      'named ones of a class, sorted',
      { examples: Int32Array.of(4, 0, 3), class: 1, sort: { column: 'n', descending: false } },
      [3, 4],
    ],
  ])('for %s', (_, query, expected) => {
    expect([...queries.examples(query)]).toEqual(expected);
    expect([...queries.examples(query)]).toEqual(expected);
  });

  it('for what is not there is refused', () => {
    expect(() => queries.examples({ sort: { column: 'z', descending: false } })).toThrow(/no column 'z'/);
    expect(() => queries.examples({ examples: Int32Array.of(5) })).toThrow(/numbered 0 to 4, got 5/);
  });
});

describe('Statistics', () => {
  it('of numbers are those of NumPy', () => {
    const { dataSet } = open([numbers([4, 1, NaN, 3, 2])], 5);
    const { numbers: found, missing, distinct, role } = columnStatistics(dataSet, dataSet.columns[0]!);
    expect({ missing, distinct, role }).toEqual({ missing: 1, distinct: 4, role: 'input' });
    expect(found).toMatchObject({ min: 1, max: 4, mean: 2.5, quartiles: [1.75, 2.5, 3.25] });
    expect(found!.std).toBeCloseTo(Math.sqrt(1.25), 12);
    expect(found!.histogram.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('of bytes are exact, of a constant and of nothing have no gaps', () => {
    const data = Uint8Array.of(0, 255, 10, 10, 0, 255, 10, 10);
    const image: Column = { type: 'array', name: 'n', dtype: 'uint8', shape: [1, 2, 2], data };
    const { dataSet } = open([image, numbers([7, 7]), numbers([NaN, NaN])], 2);
    expect(columnStatistics(dataSet, image)).toMatchObject({ distinct: 0, numbers: { min: 0, max: 255, mean: 68.75 } });
    expect(columnStatistics(dataSet, dataSet.columns[1]!).numbers).toMatchObject({ min: 7, max: 7, std: 0 });
    expect(columnStatistics(dataSet, dataSet.columns[2]!).numbers).toBeNull();
  });

  it('are there without their figures before anything is counted', () => {
    const data = new Uint8Array(16 * 300).fill(1);
    const image: Column = { type: 'array', name: 'n', dtype: 'uint8', shape: [1, 4, 4], data };
    const day: Column = { type: 'number', name: 'd', values: new Float64Array(300), isDate: true };
    const { dataSet } = open([image, day], 300);
    for (const column of dataSet.columns) {
      const { name, type, role, shape, isBytes, isDate } = columnStatistics(dataSet, column);
      expect(columnOutline(dataSet, column)).toMatchObject({ name, type, role, shape, isBytes, isDate, numbers: null });
    }
  });
});

describe('Images for a canvas', () => {
  const image = (dtype: 'uint8' | 'float32', shape: number[], values: readonly number[]): OpenDataSet => {
    const data = dtype === 'uint8' ? Uint8Array.from(values) : Float32Array.from(values);
    const made = open([{ type: 'array', name: 'n', dtype, shape, data }], 1);
    return { ...made, dataSet: { ...made.dataSet, kind: 'image' } };
  };

  it('are brought from planes to pixels, colours and opacity', () => {
    const colour = imageBlock(image('uint8', [3, 1, 2], [1, 2, 3, 4, 5, 6]), Int32Array.of(0), undefined);
    expect([...colour.pixels]).toEqual([1, 3, 5, 255, 2, 4, 6, 255]);
    const clear = imageBlock(image('uint8', [4, 1, 1], [1, 2, 3, 4]), Int32Array.of(0), undefined);
    expect([...clear.pixels]).toEqual([1, 2, 3, 4]);
  });

  it('are made smaller by the mean of what a pixel covers', () => {
    const small = imageBlock(image('uint8', [1, 2, 4], [0, 10, 20, 30, 40, 50, 60, 70]), Int32Array.of(0), 2);
    expect([small.width, small.height]).toEqual([2, 1]);
    expect([...small.pixels]).toEqual([25, 25, 25, 255, 45, 45, 45, 255]);
  });

  it.each<[string, number[], number[]]>([
    ['shares of one', [0, 0.5, 1, 0.2], [0, 128, 255, 51]],
    ['bytes as floats', [0, 2, 255, 20], [0, 2, 255, 20]],
    ['anything else', [-1, 0, 1, 1], [0, 128, 255, 255]],
  ])('of %s are seen in their whole range', (_, values, expected) => {
    const { pixels } = imageBlock(image('float32', [1, 2, 2], values), Int32Array.of(0), undefined);
    expect([0, 4, 8, 12].map((at) => pixels[at])).toEqual(expected);
  });
});
