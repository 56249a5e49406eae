// How numbers, dates and tables read.
import type { Metrics } from '../../contract/run.js';

/** Four significant digits, as many as tell two runs apart. */
export function formatNumber(value: number | null): string {
  if (value === null) return 'not a number';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** `test_accuracy 0.975  test_loss 0.081`: those of the test part first, then validation; at most `limit`. */
export function formatMetrics(metrics: Metrics, limit = Infinity): string {
  const rank = (name: string): number =>
    ['test', 'val', 'train'].findIndex((split) => name.startsWith(`${split}_`)) & 3;
  const sorted = Object.entries(metrics).sort(([left], [right]) => rank(left) - rank(right) || (left < right ? -1 : 1));
  return sorted
    .slice(0, limit)
    .map(([name, value]) => `${name} ${formatNumber(value)}`)
    .join('  ');
}

/** Local time, to the minute; '' when there is none. */
export function formatDate(iso: string | null): string {
  if (iso === null) return '';
  const date = new Date(iso);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())} ${part(date.getHours())}:${part(date.getMinutes())}`;
}

/** Left-aligned columns under their titles. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
