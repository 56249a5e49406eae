// From columns to a model's tensors: histories, categories, missing values, and single examples encoded as in training.
import { describe, expect, it } from 'vitest';
import type { Column, DataSet } from '../../../engine/data/dataSet.js';
import { encodeExamples, type ExampleRow } from '../../../engine/data/encodeExamples.js';
import { applyPreprocessing, gatherTensors } from '../../../engine/data/exampleSet.js';
import { fitPreprocessing } from '../../../engine/data/fitPreprocessing.js';
import {
  preprocessingSchema,
  restoreValue,
  type Preprocessing,
  type PreprocessingOptions,
} from '../../../engine/data/preprocessing.js';
import { elements, type Tensor } from '../../../engine/ir/tensor.js';

const count = 8;
const all = Int32Array.from({ length: count }, (_, index) => index);
const train = all.subarray(0, 6);

const height: Column = { type: 'number', name: 'height', values: Float64Array.of(1, 2, NaN, 4, 5, 6, NaN, 100) };
const colour: Column = {
  type: 'category',
  name: 'colour',
  codes: Int32Array.of(0, 1, -1, 1, 0, 1, 2, 0),
  categories: ['red', 'green', 'blue'],
};
const label: Column = {
  type: 'category',
  name: 'label',
  codes: Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1),
  categories: ['no', 'yes'],
};
const amount: Column = { type: 'number', name: 'amount', values: Float64Array.of(10, 20, 30, 40, 50, 60, 70, 80) };
const words: Column = { type: 'text', name: 'words', values: ['ab', 'b', '', 'abc', 'ca', 'B', 'zz', 'abcabc'] };
const pixels: Column = {
  type: 'array',
  name: 'pixels',
  dtype: 'uint8',
  shape: [2, 1, 2],
  data: Uint8Array.from({ length: count * 4 }, (_, index) => (index * 37) % 256),
};

function dataSet(inputs: readonly Column[], target: Column = label): DataSet {
  return {
    name: 'small',
    kind: 'tabular',
    task: target.type === 'number' ? 'regression' : 'classification',
    count,
    columns: [...inputs, target],
    inputs: inputs.map(({ name }) => name),
    target: target.name,
    hash: '',
    remarks: [],
  };
}

/** The preprocessing after a way through JSON, as a run keeps it, and all examples as it makes them. */
function prepared(
  set: DataSet,
  options: PreprocessingOptions = {},
): { fitted: Preprocessing; tensors: Record<string, Tensor> } {
  const fitted = preprocessingSchema.parse(JSON.parse(JSON.stringify(fitPreprocessing(set, train, options))));
  const examples = applyPreprocessing(set, fitted);
  return { fitted, tensors: gatherTensors([...examples.inputs, examples.target], all) };
}

const rowsOf = (tensor: Tensor): number[][] => {
  const width = tensor.data.length / count;
  const values = elements(tensor).map((value) => Number(value.toFixed(6)));
  return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
};

describe('Numbers', () => {
  it('missing ones become the median of the training part, with a flag; all by its mean and deviation', () => {
    const { fitted, tensors } = prepared(dataSet([height]), { numbers: 'none' });
    expect(fitted.inputs[0]).toMatchObject({ features: [{ fill: 4, missingFlag: true }] });
    expect(rowsOf(tensors.x!)).toEqual([
      [1, 0],
      [2, 0],
      [4, 1],
      [4, 0],
      [5, 0],
      [6, 0],
      [4, 1],
      [100, 0],
    ]);
    const { tensors: scaled } = prepared(dataSet([amount, height]), { missingFlags: false });
    const trained = rowsOf(scaled.x!).slice(0, 6);
    for (const column of [0, 1]) {
      const values = trained.map((row) => row[column]!);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
      expect(values.reduce((sum, value) => sum + value ** 2, 0) / 6).toBeCloseTo(1, 4);
    }
  });

  it('targets are standardised, and come back in their own unit', () => {
    const { fitted, tensors } = prepared(dataSet([height], amount));
    expect(tensors.target!.shape).toEqual([count, 1]);
    elements(tensors.target!).forEach((value, index) =>
      expect(restoreValue(fitted.target, value)).toBeCloseTo((index + 1) * 10, 4),
    );
  });

  it('a constant column becomes zeros, not noise', () => {
    const constant: Column = { type: 'number', name: 'k', values: new Float64Array(count).fill(0.1) };
    expect(rowsOf(prepared(dataSet([constant])).tensors.x!).flat()).toEqual(new Array<number>(count).fill(0));
  });
});

describe('Categories', () => {
  it('one-hot: what the training part has not seen, and what is missing, are the last level', () => {
    const { tensors } = prepared(dataSet([colour]));
    const [red, green, other] = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const;
    expect(rowsOf(tensors.x!)).toEqual([red, green, other, green, red, green, other, red]);
  });

  it('as indices for an embedding: int32, with a limit one above the last level', () => {
    const set = dataSet([colour, amount]);
    const { fitted, tensors } = prepared(set, { categories: 'index' });
    expect(fitted.inputs.map(({ kind, input }) => [kind, input])).toEqual([
      ['features', 'x'],
      ['index', 'colour'],
    ]);
    const { colour: indices } = tensors;
    expect(indices).toMatchObject({ dtype: 'int32', shape: [count] });
    expect(elements(indices!)).toEqual([0, 1, 2, 1, 0, 1, 2, 0]);
    expect(applyPreprocessing(set, fitted).inputs.find(({ name }) => name === 'colour')!.limit).toBe(3);
  });

  it('of another order are matched by name, and a class that the model does not know is refused', () => {
    const { fitted } = prepared(dataSet([colour]));
    const turned: Column = {
      ...label,
      type: 'category',
      categories: ['yes', 'no'],
      codes: label.codes.map((code) => 1 - code),
    };
    expect(
      elements(gatherTensors([applyPreprocessing(dataSet([colour], turned), fitted).target], all).target!),
    ).toEqual([...label.codes]);
    const foreign: Column = { ...label, type: 'category', categories: ['no', 'maybe'] };
    expect(() => applyPreprocessing(dataSet([colour], foreign), fitted)).toThrow(
      /labels must be among the 2 classes that the model knows, got 'maybe' at example 1/,
    );
  });
});

describe('History windows', () => {
  it('end the horizon before the example, and repeat the first row before the beginning', () => {
    const { tensors } = prepared(dataSet([amount]), { steps: 3, horizon: 2, numbers: 'none' });
    expect(tensors.x!.shape).toEqual([count, 3, 1]);
    expect(rowsOf(tensors.x!)).toEqual([
      [10, 10, 10],
      [10, 10, 10],
      [10, 10, 10],
      [10, 10, 20],
      [10, 20, 30],
      [20, 30, 40],
      [30, 40, 50],
      [40, 50, 60],
    ]);
  });

  it('of horizon 0 include the example itself; several features stay side by side', () => {
    const { tensors } = prepared(dataSet([amount, colour]), { steps: 2, horizon: 0, numbers: 'none' });
    expect(tensors.x!.shape).toEqual([count, 2, 4]);
    expect(rowsOf(tensors.x!)[3]).toEqual([30, 0, 0, 1, 40, 0, 1, 0]);
  });
});

describe('Texts', () => {
  it('are coded by the characters of the training part, padded with 0, unknown 1, cut at the length', () => {
    const { fitted, tensors } = prepared(dataSet([words]));
    expect(fitted.inputs[0]).toMatchObject({ vocabulary: ['B', 'a', 'b', 'c'], length: 3 });
    expect(rowsOf(tensors.x!)).toEqual([
      [3, 4, 0],
      [4, 0, 0],
      [0, 0, 0],
      [3, 4, 5],
      [5, 3, 0],
      [2, 0, 0],
      [1, 1, 0],
      [3, 4, 5],
    ]);
    const { fitted: lower } = prepared(dataSet([words]), { lowerCase: true, textLength: 2 });
    expect(lower.inputs[0]).toMatchObject({ vocabulary: ['a', 'b', 'c'], length: 2 });
  });
});

describe('encodeExamples', () => {
  const valueOf = (column: Column, index: number): ExampleRow[string] => {
    switch (column.type) {
      case 'number':
        return Number.isNaN(column.values[index]) ? undefined : column.values[index];
      case 'category':
        return column.categories[column.codes[index]!];
      case 'text':
        return column.values[index];
      case 'array':
        return (column.data as Uint8Array).slice(index * 4, (index + 1) * 4);
      case 'windows':
        return undefined;
    }
  };

  it.each<[string, readonly Column[], PreprocessingOptions]>([
    ['numbers and categories', [height, colour, amount], {}],
    ['categories for embeddings', [colour, amount], { categories: 'index' }],
    ['texts', [words], { lowerCase: true }],
    ['images', [pixels], {}],
    ['images, only scaled', [pixels], { images: 'scale' }],
    ['histories', [amount, height], { steps: 3, horizon: 1 }],
    ['all together', [words, pixels, height, colour], {}],
  ])('makes the tensors of training, to the bit: %s', (_, columns, options) => {
    const { fitted, tensors } = prepared(dataSet(columns), options);
    const rows = Array.from(all, (index) =>
      Object.fromEntries(columns.map((column) => [column.name, valueOf(column, index)])),
    );
    const encoded = encodeExamples(fitted, rows);
    expect(Object.keys(encoded)).toEqual(Object.keys(tensors).filter((name) => name !== 'target'));
    for (const [name, tensor] of Object.entries(encoded)) expect(tensor).toEqual(tensors[name]);
  });

  it('reads numbers from text, and takes what is left out as missing', () => {
    const { fitted } = prepared(dataSet([height, colour]), { numbers: 'none' });
    const rows: ExampleRow[] = [{ height: ' 2.5e1 ', colour: 'green' }, { colour: 'violet' }, { height: null }, {}];
    const { x } = encodeExamples(fitted, rows);
    expect(elements(x!)).toEqual([25, 0, 0, 1, 0, 4, 1, 0, 0, 1, 4, 1, 0, 0, 1, 4, 1, 0, 0, 1]);
  });

  it('of windows takes the end of a longer text and precedes a shorter one by unknown characters', () => {
    const points = Int32Array.from('abcabcabcabc', (character) => character.codePointAt(0)!);
    const text: Column = { type: 'windows', name: 'text', points, length: 4, stride: 1 };
    const set = { ...dataSet([text]), columns: [text], target: 'text', task: 'languageModel' as const, count: 8 };
    const fitted = fitPreprocessing(set, train);
    const { x } = encodeExamples(fitted, [{ text: 'xxabca' }, { text: 'bc' }, { text: '' }]);
    expect(elements(x!)).toEqual([2, 3, 4, 2, 1, 1, 3, 4, 1, 1, 1, 1]);
  });

  it.each<[string, readonly Column[], ExampleRow, RegExp]>([
    ['a word for a number', [height], { height: 'tall' }, /Input 'height': must be a number, got 'tall' in row 1/],
    ['infinity', [height], { height: Infinity }, /Input 'height': must be a number, got 'Infinity'/],
    [
      'too few pixels',
      [pixels],
      { pixels: [1, 2, 3] },
      /Input 'pixels': must have 4 elements for shape \[2, 1, 2\], got 3/,
    ],
    ['no pixels', [pixels], {}, /Input 'pixels': must have 4 elements .* got none/],
  ])('refuses %s by column', (_, columns, row, message) => {
    const { fitted } = prepared(dataSet(columns));
    expect(() => encodeExamples(fitted, [row])).toThrow(message);
  });
});
