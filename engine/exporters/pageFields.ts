// Forms and examples of a page, from the data that the model was trained on.
import { findColumn, type Column, type DataSet } from '../data/dataSet.js';
import type { Feature, InputTransform, Preprocessing } from '../data/preprocessing.js';
import { element } from '../ir/tensor.js';
import { sizeOf } from '../ir/shape.js';
import type { HeldOut } from './defineExporter.js';
import { encodeBase64 } from './base64.js';
import type { PageExample, PageField, PageRow, PageValue } from './pageContent.js';

/** Enough to choose from and to compare with. */
const mostExamples = 16;
/** Elements of all examples together; images of larger data are fewer. */
const mostElements = 400_000;

/** The columns of a table that the model reads, with what the data has in them. */
export function pageFields(dataSet: DataSet, { inputs }: Preprocessing): PageField[] {
  return inputs.flatMap((input) => {
    if (input.kind === 'features' || input.kind === 'history')
      return input.features.map((feature) => fieldOf(dataSet, feature));
    if (input.kind === 'index') return [categoryField(dataSet, input.column, input.categories)];
    return [];
  });
}

function fieldOf(dataSet: DataSet, feature: Feature): PageField {
  if (feature.kind === 'oneHot') return categoryField(dataSet, feature.column, feature.categories);
  const column = findColumn(dataSet, feature.column);
  const all = column?.type === 'number' ? column.values.filter((value) => Number.isFinite(value)).sort() : [];
  const middle = all[Math.floor(all.length / 2)] ?? feature.fill;
  return {
    kind: 'number',
    column: feature.column,
    low: all[0] ?? feature.mean - 2 * feature.std,
    high: all.at(-1) ?? feature.mean + 2 * feature.std,
    typical: middle,
    isWhole: all.every(Number.isInteger),
  };
}

function categoryField(dataSet: DataSet, name: string, categories: readonly string[]): PageField {
  const column = findColumn(dataSet, name);
  const counts = new Map<string, number>();
  if (column?.type === 'category')
    for (const code of column.codes) {
      const category = column.categories[code];
      if (category !== undefined) counts.set(category, (counts.get(category) ?? 0) + 1);
    }
  const [typical] = [...categories].sort((left, right) => (counts.get(right) ?? 0) - (counts.get(left) ?? 0));
  return { kind: 'category', column: name, categories, typical: typical ?? '' };
}

/** Some held-out examples, as they are in the data, with the trained model's outputs. */
export function pageExamples(
  dataSet: DataSet,
  preprocessing: Preprocessing,
  { sample, expected }: HeldOut,
): PageExample[] {
  const width = expected.length / sample.length;
  const each = Math.max(1, elementsOf(preprocessing));
  const count = Math.min(sample.length, mostExamples, Math.max(1, Math.floor(mostElements / each)));
  // Neighbours are often alike.
  const chosen = Array.from({ length: count }, (_, place) => Math.floor((place * sample.length) / count));
  return chosen.map((index) => ({
    rows: rowsOf(dataSet, preprocessing, sample[index]!),
    actual: actualOf(dataSet, preprocessing, sample[index]!),
    expected: lastOf(preprocessing, expected.slice(index * width, (index + 1) * width)),
  }));
}

function elementsOf({ inputs }: Preprocessing): number {
  return inputs.reduce((sum, input) => sum + (input.kind === 'array' ? sizeOf(input.shape) : 1), 0);
}

function lastOf({ target }: Preprocessing, output: number[]): number[] {
  return target.kind === 'nextCharacters' ? output.slice(-(target.vocabulary.length + 2)) : output;
}

/** A series gives the rows that this example sees. */
function rowsOf(dataSet: DataSet, { inputs }: Preprocessing, example: number): PageRow[] {
  const history = inputs.find((input) => input.kind === 'history');
  if (history?.kind !== 'history') return [rowOf(dataSet, inputs, example)];
  const first = example - history.horizon - history.steps + 1;
  return Array.from({ length: history.steps }, (_, step) => rowOf(dataSet, inputs, Math.max(0, first + step)));
}

function rowOf(dataSet: DataSet, inputs: readonly InputTransform[], example: number): PageRow {
  const names = inputs.flatMap((input) =>
    input.kind === 'features' || input.kind === 'history' ? input.features.map(({ column }) => column) : [input.column],
  );
  return Object.fromEntries(names.map((name) => [name, valueAt(findColumn(dataSet, name), example)]));
}

function valueAt(column: Column | undefined, example: number): PageValue {
  switch (column?.type) {
    case 'number': {
      const value = column.values[example]!;
      return Number.isFinite(value) ? value : null;
    }
    case 'category':
      return column.categories[column.codes[example]!] ?? null;
    case 'text':
      return column.values[example] ?? '';
    case 'windows': {
      const start = example * column.stride;
      return String.fromCodePoint(...column.points.subarray(start, start + column.length));
    }
    case 'array': {
      const size = sizeOf(column.shape);
      const tensor = { dtype: column.dtype, shape: [column.data.length], data: column.data };
      const values = Array.from({ length: size }, (_, index) => element(tensor, example * size + index));
      return column.dtype === 'uint8' ? { bytes: asciiOf(encodeBase64(Uint8Array.from(values))) } : values;
    }
    case undefined:
      return null;
  }
}

function asciiOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

function actualOf(dataSet: DataSet, { target }: Preprocessing, example: number): string | number | null {
  if (target.kind === 'input') return null;
  const column = findColumn(dataSet, target.column);
  if (column?.type === 'category') return column.categories[column.codes[example]!] ?? null;
  return column?.type === 'number' ? column.values[example]! : null;
}
