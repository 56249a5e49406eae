// Cells of tables as text.
import type { CellValue } from '../../../../contract/services/datasets.js';

/** Numbers with at most six significant digits, as short as they are; large and small ones with an exponent. */
export function cellText(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || (size !== 0 && size < 1e-4)) return value.toExponential(4).replace(/\.?0+e/, 'e');
  return String(Number(value.toPrecision(6)));
}

/** Of a column's figures: four digits tell enough beside a histogram. */
export function figureText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return value.toLocaleString('en');
  const size = Math.abs(value);
  if (size >= 1e6 || (size !== 0 && size < 1e-3)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}
