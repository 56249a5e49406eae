// Single examples for prediction: plain values by column name become the tensors that training would have made.
import { EngineError } from '../ir/diagnostic.js';
import { allocate } from '../ir/dtype.js';
import type { Tensor } from '../ir/tensor.js';
import { sizeOf } from '../ir/shape.js';
import type { Column, DataSet } from './dataSet.js';
import { applyInputs, gatherTensors } from './exampleSet.js';
import type { InputTransform, Preprocessing } from './preprocessing.js';

/** A number or numeric text, a category, a text, or raw array elements (pixels 0 to 255, before scaling). */
export type ExampleValue = string | number | null | undefined | ArrayLike<number>;
export type ExampleRow = Readonly<Record<string, ExampleValue>>;

/**
 * Input tensors (batch dimension first) of rows; what a row leaves out is missing and follows the missing-value rule.
 * For a time series the rows are successive, and each sees those before it.
 * @throws EngineError for a number that is none, or an array of the wrong length.
 */
export function encodeExamples(preprocessing: Preprocessing, rows: readonly ExampleRow[]): Record<string, Tensor> {
  const dataSet: DataSet = {
    name: 'prediction',
    kind: 'tabular',
    task: 'classification',
    count: rows.length,
    columns: preprocessing.inputs.flatMap((transform) => columnsOf(transform, rows)),
    inputs: [],
    target: '',
    hash: '',
    remarks: [],
  };
  return gatherTensors(
    applyInputs(dataSet, preprocessing),
    Int32Array.from(rows, (_, index) => index),
  );
}

function columnsOf(transform: InputTransform, rows: readonly ExampleRow[]): Column[] {
  switch (transform.kind) {
    case 'features':
    case 'history':
      return transform.features.map((feature) =>
        feature.kind === 'number'
          ? numberColumn(feature.column, rows)
          : categoryColumn(feature.column, feature.categories, rows),
      );
    case 'index':
      return [categoryColumn(transform.column, transform.categories, rows)];
    case 'array':
      return [arrayColumn(transform, rows)];
    case 'characters':
      return [{ type: 'text', name: transform.column, values: rows.map((row) => textOf(row[transform.column])) }];
    case 'windows':
      return [windowsColumn(transform, rows)];
  }
}

function textOf(value: ExampleValue): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function numberColumn(name: string, rows: readonly ExampleRow[]): Column {
  const values = Float64Array.from(rows, (row, index) => {
    const text = textOf(row[name]).trim();
    if (text === '') return NaN;
    const value = Number(text);
    if (!Number.isFinite(value))
      throw new EngineError('data.value', `Input '${name}': must be a number, got '${text}' in row ${index + 1}`, {
        path: name,
      });
    return value;
  });
  return { type: 'number', name, values };
}

function categoryColumn(name: string, categories: readonly string[], rows: readonly ExampleRow[]): Column {
  return {
    type: 'category',
    name,
    categories,
    codes: Int32Array.from(rows, (row) => categories.indexOf(textOf(row[name]))),
  };
}

function arrayColumn(transform: InputTransform & { kind: 'array' }, rows: readonly ExampleRow[]): Column {
  const { column: name, shape, scale } = transform;
  const size = sizeOf(shape);
  // Bytes stay bytes, so that rounding is the training's own.
  const dtype = scale === 1 ? 'float32' : 'uint8';
  const data = allocate<'float32' | 'uint8'>(dtype, size * rows.length);
  rows.forEach((row, index) => {
    const value = row[name];
    if (typeof value !== 'object' || value?.length !== size)
      throw new EngineError(
        'data.value',
        `Input '${name}': must have ${size} elements for shape [${shape.join(', ')}], got ${typeof value === 'object' ? (value?.length ?? 0) : 'none'}`,
        { path: name },
      );
    data.set(value, index * size);
  });
  return { type: 'array', name, dtype, shape, data };
}

/** Each row's text, its last `length` characters; a shorter one is preceded by unknown characters. */
function windowsColumn(transform: InputTransform & { kind: 'windows' }, rows: readonly ExampleRow[]): Column {
  const { column: name, length } = transform;
  const points = new Int32Array(rows.length * length + 1).fill(-1);
  rows.forEach((row, index) => {
    const text = Array.from(textOf(row[name]), (character) => character.codePointAt(0)!).slice(-length);
    points.set(text, (index + 1) * length - text.length);
  });
  return { type: 'windows', name, points, length, stride: length };
}
