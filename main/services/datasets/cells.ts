// What stands in a table for an example: a number, a category's name, a text; arrays by their shape.
import type { CellValue } from '../../../contract/services/datasets.js';
import { dateText } from '../../../engine/data/dates.js';
import type { Column } from '../../../engine/data/dataSet.js';

/** Null where missing. Texts are whole. */
export function cellOf(column: Column, example: number): CellValue {
  switch (column.type) {
    case 'number': {
      const value = column.values[example]!;
      if (Number.isNaN(value)) return null;
      return column.isDate ? dateText(value) : value;
    }
    case 'category':
      return column.categories[column.codes[example]!] ?? null;
    case 'text':
      return column.values[example]!;
    case 'windows':
      return cellText(column, example);
    case 'array':
      return `${column.dtype} ${column.shape.join('×')}`;
  }
}

/** {@link cellOf} as a text; '' where missing. */
export function cellText(column: Column, example: number): string {
  if (column.type !== 'windows') return String(cellOf(column, example) ?? '');
  const start = example * column.stride;
  return String.fromCodePoint(...column.points.subarray(start, start + Math.min(column.length, mostPoints)));
}

/** Arguments of one call: a window may be longer than what a call takes. */
const mostPoints = 10_000;

const longest = 300;

/** Cut to what a table shows. */
export function shortCell(value: CellValue): CellValue {
  if (typeof value !== 'string' || value.length <= longest) return value;
  // Not between the halves of a surrogate pair.
  const end = /[\ud800-\udbff]/.test(value[longest - 1]!) ? longest - 1 : longest;
  return `${value.slice(0, end)}…`;
}
