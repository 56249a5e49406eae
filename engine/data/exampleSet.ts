// A data set seen through its preprocessing: fields that a model reads, gathered by example number.
import { EngineError } from '../ir/diagnostic.js';
import type { TypedArrays } from '../ir/dtype.js';
import { sizeOf } from '../ir/shape.js';
import { tensor, type Tensor } from '../ir/tensor.js';
import {
  findColumn,
  type ArrayColumn,
  type Column,
  type DataSet,
  type TextColumn,
  type WindowsColumn,
} from './dataSet.js';
import { featureMatrix } from './featureMatrix.js';
import type { FieldSource } from './fieldSource.js';
import { casedText, reader } from './fitPreprocessing.js';
import { unknownIndex, type InputTransform, type Preprocessing, type TargetTransform } from './preprocessing.js';

export type FieldType = 'float32' | 'int32';

/** One tensor of a batch; batch dimension first, then `shape`. */
export interface Field<D extends FieldType = FieldType> {
  readonly name: string;
  readonly dtype: D;
  /** Of one example; [] for an index. */
  readonly shape: readonly number[];
  /** For indices: one above the largest (classes, vocabulary with padding and unknown). */
  readonly limit?: number;
  /** What `gather` reads. */
  readonly source: FieldSource;
  /** An input whose numbers these are, too: they need not be gathered, or kept, twice. */
  readonly sameAs?: string | undefined;
  /** Writes the given examples one after the other; `into` holds `examples.length × size` elements. What is drawn anew every
   * epoch is that of `epoch` (default 0). */
  gather(examples: ArrayLike<number>, into: TypedArrays[D], epoch?: number): void;
}

export interface ExampleSet {
  readonly count: number;
  readonly inputs: readonly Field[];
  readonly target: Field;
  /** Whether examples differ from epoch to epoch. */
  readonly varies?: boolean;
}

/** The name that the target has in batches. */
export const targetName = 'target';

/**
 * The examples of `dataSet` as `preprocessing` makes them.
 * @throws EngineError when a column is missing or of another type than the preprocessing was fitted on.
 */
export function applyPreprocessing(dataSet: DataSet, preprocessing: Preprocessing): ExampleSet {
  const inputs = applyInputs(dataSet, preprocessing);
  return { count: dataSet.count, inputs, target: targetField(dataSet, preprocessing.target, inputs) };
}

/** The inputs alone: what prediction needs, where there is no target. */
export function applyInputs(dataSet: DataSet, preprocessing: Preprocessing): Field[] {
  return preprocessing.inputs.map((transform) => inputField(dataSet, transform));
}

/** The tensors of some examples, batch dimension first. */
export function gatherTensors(fields: readonly Field[], examples: ArrayLike<number>): Record<string, Tensor> {
  return Object.fromEntries(
    fields.map((field) => {
      const size = examples.length * sizeOf(field.shape);
      const data = field.dtype === 'float32' ? new Float32Array(size) : new Int32Array(size);
      gatherInto(field, examples, data);
      return [field.name, tensor(field.dtype, [examples.length, ...field.shape], data)];
    }),
  );
}

export function gatherInto(
  field: Field,
  examples: ArrayLike<number>,
  into: Float32Array | Int32Array,
  epoch?: number,
): void {
  // The array was allocated from the field's own type; the two cannot differ.
  (field as Field<'float32'>).gather(examples, into as Float32Array, epoch);
}

function inputField(dataSet: DataSet, transform: InputTransform): Field {
  const { input } = transform;
  switch (transform.kind) {
    case 'features':
    case 'history':
      return featuresField(dataSet, transform);
    case 'index':
      return { ...categoryField(typed(dataSet, transform.column, 'category'), transform.categories, 1), name: input };
    case 'array':
      return arrayField(typed(dataSet, transform.column, 'array'), transform);
    case 'characters':
      return charactersField(typed(dataSet, transform.column, 'text'), transform);
    case 'windows':
      return windowsField(typed(dataSet, transform.column, 'windows'), { ...transform, name: input, shift: 0 });
  }
}

function targetField(dataSet: DataSet, transform: TargetTransform, inputs: readonly Field[]): Field {
  switch (transform.kind) {
    case 'class':
      return { ...categoryField(typed(dataSet, transform.column, 'category'), transform.classes, 0), name: targetName };
    case 'value': {
      const { values } = typed(dataSet, transform.column, 'number');
      const scaled = Float32Array.from(values, (value) => (value - transform.mean) / transform.std);
      return rowsField(targetName, scaled, [1]);
    }
    case 'nextCharacters':
      return windowsField(typed(dataSet, transform.column, 'windows'), { ...transform, name: targetName, shift: 1 });
    case 'input':
      return targetFrom(inputs.find(({ name }) => name === transform.input)!);
  }
}

/** An input once more, as the target. */
export function targetFrom(input: Field): Field {
  return { ...input, name: targetName, sameAs: input.name };
}

function typed<T extends Column['type']>(dataSet: DataSet, name: string, type: T): Column & { type: T } {
  const column = findColumn(dataSet, name);
  if (column?.type !== type)
    throw new EngineError(
      'data.column',
      `Data set '${dataSet.name}': column '${name}' must be of type ${type}, got ${column?.type ?? 'no such column'}`,
      { path: name },
    );
  return column as Column & { type: T };
}

/** A matrix that exists already, one row an example. */
function rowsField(name: string, rows: Float32Array, shape: readonly number[]): Field<'float32'> {
  const size = sizeOf(shape);
  return {
    name,
    dtype: 'float32',
    shape,
    source: { kind: 'rows', rows },
    gather(examples, into) {
      for (let at = 0; at < examples.length; at++) {
        const from = examples[at]! * size;
        for (let offset = 0; offset < size; offset++) into[at * size + offset] = rows[from + offset]!;
      }
    },
  };
}

function featuresField(dataSet: DataSet, transform: InputTransform & { kind: 'features' | 'history' }): Field {
  const { rows, width } = featureMatrix(dataSet, transform.features);
  if (transform.kind === 'features') return rowsField(transform.input, rows, [width]);
  const { input, steps, horizon } = transform;
  return {
    name: input,
    dtype: 'float32',
    shape: [steps, width],
    source: { kind: 'history', rows, width, steps, horizon },
    gather(examples, into) {
      for (let at = 0; at < examples.length; at++) {
        const first = examples[at]! - horizon - steps + 1;
        // Before the first row of the series there is nothing: the first row is repeated.
        for (let step = 0; step < steps; step++) {
          const from = Math.max(0, first + step) * width;
          (into as Float32Array).set(rows.subarray(from, from + width), (at * steps + step) * width);
        }
      }
    },
  };
}

/** Codes of the column's own list become those of `categories`; what is not listed becomes the level after the last. */
function categoryField(
  column: Column & { type: 'category' },
  categories: readonly string[],
  extraLevels: 0 | 1,
): Field<'int32'> {
  const recode = Int32Array.from(column.categories, (category) => categories.indexOf(category));
  const codes = column.codes.map((code) => (code < 0 || recode[code]! < 0 ? categories.length : recode[code]!));
  const unknown = extraLevels === 0 ? codes.findIndex((code) => code >= categories.length) : -1;
  if (unknown >= 0)
    throw new EngineError(
      'data.target',
      `Column '${column.name}': labels must be among the ${categories.length} classes that the model knows, got '${column.categories[column.codes[unknown]!] ?? 'nothing'}' at example ${unknown}`,
    );
  return {
    name: column.name,
    dtype: 'int32',
    shape: [],
    limit: categories.length + extraLevels,
    source: { kind: 'rows', rows: codes },
    gather(examples, into) {
      for (let at = 0; at < examples.length; at++) into[at] = codes[examples[at]!]!;
    },
  };
}

function arrayField(column: ArrayColumn, transform: InputTransform & { kind: 'array' }): Field {
  if (column.shape.join() !== transform.shape.join())
    throw new EngineError(
      'data.shape',
      `Column '${column.name}': examples must have shape [${transform.shape.join(', ')}], got [${column.shape.join(', ')}]`,
    );
  const size = sizeOf(column.shape);
  const plane = size / transform.mean.length;
  const factors = transform.std.map((std) => transform.scale / std);
  const offsets = transform.mean.map((mean, channel) => -mean / transform.std[channel]!);
  const read = reader(column);
  const bytes = column.dtype === 'uint8' ? (column.data as Uint8Array) : undefined;
  const tables = factors.map((factor, channel) =>
    Float32Array.from({ length: bytes ? 256 : 0 }, (_, value) => value * factor + offsets[channel]!),
  );
  return {
    name: transform.input,
    dtype: 'float32',
    shape: transform.shape,
    source: bytes ? { kind: 'bytes', bytes, tables } : { kind: 'computed' },
    gather(examples, into) {
      for (let at = 0; at < examples.length; at++)
        for (let channel = 0; channel < factors.length; channel++) {
          const from = examples[at]! * size + channel * plane;
          const to = at * size + channel * plane;
          const table = tables[channel]!;
          if (bytes) for (let i = 0; i < plane; i++) into[to + i] = table[bytes[from + i]!]!;
          else for (let i = 0; i < plane; i++) into[to + i] = read(from + i) * factors[channel]! + offsets[channel]!;
        }
    },
  };
}

function vocabularyCodes(vocabulary: readonly string[]): ReadonlyMap<string, number> {
  return new Map(vocabulary.map((character, index) => [character, index + 2]));
}

function charactersField(column: TextColumn, transform: InputTransform & { kind: 'characters' }): Field {
  const { length, lowerCase, vocabulary } = transform;
  const codes = vocabularyCodes(vocabulary);
  const rows = new Int32Array(column.values.length * length);
  column.values.forEach((text, example) => {
    let at = 0;
    for (const character of casedText(text, lowerCase)) {
      if (at === length) break;
      rows[example * length + at++] = codes.get(character) ?? unknownIndex;
    }
  });
  return {
    name: transform.input,
    dtype: 'int32',
    shape: [length],
    limit: vocabulary.length + 2,
    source: { kind: 'rows', rows },
    gather(examples, into) {
      for (let at = 0; at < examples.length; at++)
        (into as Int32Array).set(rows.subarray(examples[at]! * length, (examples[at]! + 1) * length), at * length);
    },
  };
}

interface WindowsView {
  readonly name: string;
  readonly vocabulary: readonly string[];
  readonly length: number;
  /** 0 for the input, 1 for its successor. */
  readonly shift: number;
}

function windowsField(column: WindowsColumn, { name, vocabulary, length, shift }: WindowsView): Field {
  const codes = new Map(vocabulary.map((character, index) => [character.codePointAt(0)!, index + 2]));
  const text = column.points.map((point) => codes.get(point) ?? unknownIndex);
  return {
    name,
    dtype: 'int32',
    shape: [length],
    limit: vocabulary.length + 2,
    source: { kind: 'windows', text, stride: column.stride, shift },
    gather(examples, into) {
      for (let at = 0; at < examples.length; at++) {
        const from = examples[at]! * column.stride + shift;
        (into as Int32Array).set(text.subarray(from, from + length), at * length);
      }
    },
  };
}
