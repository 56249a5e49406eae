// Cells of tables as text.
import { dateText } from '../../../../engine/data/dates.js';
import type { CellValue, ColumnStatistics } from '../../../../contract/services/datasets.js';

/** Numbers with at most six significant digits, as short as they are; large and small ones with an exponent. */
export function cellText(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || (size !== 0 && size < 1e-4)) return value.toExponential(4).replace(/\.?0+e/, 'e');
  return String(Number(value.toPrecision(6)));
}

const mostDecimals = 6;

/** Decimals that align a column of numbers: the most that some of its values have. */
export function decimalsOf(values: Iterable<CellValue>): number {
  let decimals = 0;
  for (const value of values)
    if (typeof value === 'number') {
      const [, fraction = ''] = cellText(value).split('.');
      if (!fraction.includes('e')) decimals = Math.max(decimals, Math.min(mostDecimals, fraction.length));
    }
  return decimals;
}

/** A number with as many decimals as its column; those that need an exponent stay as they are. */
export function alignedText(value: CellValue, decimals: number): string {
  const text = cellText(value);
  return typeof value !== 'number' || text.includes('e') || !Number.isFinite(value) ? text : value.toFixed(decimals);
}

/** Of a column: its numbers as people read them. */
export function figureOf({ isDate }: Pick<ColumnStatistics, 'isDate'>, value: number): string {
  return isDate ? dateText(value) : figureText(value);
}

/** Of a column's figures: four digits tell enough beside a histogram. */
export function figureText(value: number): string {
  // Four digits are often a year, which has no comma.
  if (Number.isInteger(value) && Math.abs(value) < 1e6)
    return Math.abs(value) < 1e4 ? String(value) : value.toLocaleString('en');
  const size = Math.abs(value);
  if (size >= 1e6 || (size !== 0 && size < 1e-3)) return value.toExponential(2);
  const rounded = Number(value.toPrecision(4));
  return size < 1e4 ? String(rounded) : rounded.toLocaleString('en');
}
