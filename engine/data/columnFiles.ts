// Numbers of a column that lie in a file: the column travels with the place where they lie, and whoever computes with them reads them
// there. Large data are then in memory once, in the process that needs them, and not in every one that hands them on.
import type { DType, TypedArrays } from '../ir/dtype.js';
import type { Column, DataSet } from './dataSet.js';

export type Numbers = TypedArrays[DType];

/** Elements as they lie in memory, row-major. */
export interface NumbersFile {
  /** An absolute path. */
  readonly numbersFile: string;
  readonly dtype: DType;
  /** Bytes before the first element. */
  readonly offset: number;
  /** Elements. */
  readonly length: number;
}

/** The field that holds the numbers of a column; undefined of one of texts. */
export function numbersField({ type }: Column): 'values' | 'codes' | 'data' | 'points' | undefined {
  return ({ number: 'values', category: 'codes', array: 'data', windows: 'points', text: undefined } as const)[type];
}

/** In place: whoever holds the data set keeps holding it. One column after the other. */
export async function fillColumns(
  { columns }: Pick<DataSet, 'columns'>,
  read: (file: NumbersFile) => Promise<Numbers>,
): Promise<void> {
  for (const column of columns) {
    const field = numbersField(column);
    const holder = column as unknown as Record<string, Numbers | NumbersFile>;
    if (field && isNumbersFile(holder[field]!)) holder[field] = await read(holder[field]);
  }
}

function isNumbersFile(value: Numbers | NumbersFile): value is NumbersFile {
  return 'numbersFile' in value;
}

/** A column whose numbers lie in a file. Only {@link fillColumns} may look at them. */
export function withNumbersFile(column: Column, file: NumbersFile): Column {
  return { ...column, [numbersField(column)!]: file };
}
