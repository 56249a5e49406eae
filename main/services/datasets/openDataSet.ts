// A data set that is loaded to be looked at: its columns, its split, and which part each example belongs to.
import {
  classNamesOf,
  findColumn,
  type ArrayColumn,
  type CategoryColumn,
  type Column,
  type DataSet,
} from '../../../engine/data/dataSet.js';
import { partNames, type Split } from '../../../engine/data/split.js';
import type { DataSetDescription } from './description.js';

export interface OpenDataSet {
  readonly dataSet: DataSet;
  readonly description: DataSetDescription;
  readonly split: Split;
  /** 0 train, 1 val, 2 test, an element an example. */
  readonly partOf: Uint8Array;
  /** Of memory, about. */
  readonly bytes: number;
}

export function openDataSet(dataSet: DataSet, description: DataSetDescription, split: Split): OpenDataSet {
  const bytes = bytesOfColumns(dataSet) + 9 * dataSet.count;
  return { dataSet, description, split, partOf: partsOf(split, dataSet.count), bytes };
}

export function partsOf(split: Split, count: number): Uint8Array {
  const parts = new Uint8Array(count);
  partNames.forEach((name, part) => {
    for (const example of split[name]) parts[example] = part;
  });
  return parts;
}

/** Of memory, about. */
export function bytesOfColumns({ columns }: DataSet): number {
  return columns.reduce((sum, column) => sum + bytesOf(column), 0);
}

/** JavaScript's strings: 2 bytes a character beyond Latin, and some 24 for each. */
function bytesOf(column: Column): number {
  switch (column.type) {
    case 'number':
      return column.values.byteLength;
    case 'category':
      return column.codes.byteLength;
    case 'array':
      return column.data.byteLength;
    case 'windows':
      return column.points.byteLength;
    case 'text':
      return column.values.reduce((sum, value) => sum + 24 + 2 * value.length, 0);
  }
}

/** The column of images: uint8 or float32, channels × height × width with 1, 3 or 4 channels. */
export function imageColumnOf(dataSet: DataSet): ArrayColumn | undefined {
  if (dataSet.kind !== 'image') return undefined;
  return dataSet.columns.find((column): column is ArrayColumn => column.type === 'array' && isImageShape(column.shape));
}

function isImageShape(shape: readonly number[]): boolean {
  return shape.length === 3 && (shape[0] === 1 || shape[0] === 3 || shape[0] === 4);
}

/** The target where it is a category. */
export function classColumnOf(dataSet: DataSet): CategoryColumn | undefined {
  const target = findColumn(dataSet, dataSet.target);
  return target?.type === 'category' ? target : undefined;
}

/** How many examples each class has, in the order of the classes. */
export function classCountsOf(dataSet: DataSet): { name: string; count: number }[] {
  const target = classColumnOf(dataSet);
  const counts = classNamesOf(dataSet).map((name) => ({ name, count: 0 }));
  target?.codes.forEach((code) => code >= 0 && counts[code]!.count++);
  return counts;
}

/** One example of the main input: images as channels × height × width, else the sizes of the first input. */
export function shapeOf(dataSet: DataSet): readonly number[] {
  const image = imageColumnOf(dataSet);
  if (image) return image.shape;
  const inputs = dataSet.inputs.map((name) => findColumn(dataSet, name));
  const [first] = inputs;
  if (first?.type === 'array') return first.shape;
  if (first?.type === 'windows') return [first.length];
  return [inputs.length];
}
