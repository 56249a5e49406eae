// Widths and places of a table's columns, and which of them are in view. Lengths are CSS pixels.
import type { Span } from '../grid/gridLayout.js';

export const narrowest = 56;
export const widest = 480;

export interface ColumnSizing {
  readonly name: string;
  readonly type: string;
  /** Some values as shown, to guess a width from. */
  readonly samples: readonly string[];
}

/** About a character of the table's type size. */
const characterWidth = 7.2;
const besides = 50;

/** A width that shows the name and most of the samples whole. */
export function guessWidth({ name, type, samples }: ColumnSizing): number {
  const longest = samples.reduce((most, sample) => Math.max(most, sample.length), 0);
  const room = type === 'text' ? 320 : 200;
  const wanted = Math.max(name.length * characterWidth + besides, longest * characterWidth + 24);
  return Math.round(
    Math.min(Math.max(wanted, 80), Math.max(room, Math.min(260, name.length * characterWidth + besides))),
  );
}

/** The left edge of each column, and at the end the whole width. */
export function columnEdges(widths: readonly number[]): number[] {
  const edges = [0];
  for (const width of widths) edges.push(edges.at(-1)! + width);
  return edges;
}

/** Columns that touch the view from `left`, found by bisection: thousands of columns cost nothing. */
export function columnsInView(edges: readonly number[], left: number, width: number): Span {
  const count = edges.length - 1;
  const from = Math.max(0, upperBound(edges, left) - 1);
  const to = Math.min(count, lowerBound(edges, left + width));
  return { from: Math.min(from, count), to: Math.max(from, to) };
}

function upperBound(sorted: readonly number[], value: number): number {
  return bisect(sorted, (item) => item <= value);
}

function lowerBound(sorted: readonly number[], value: number): number {
  return bisect(sorted, (item) => item < value);
}

/** The number of leading items for which `before` holds. */
function bisect(sorted: readonly number[], before: (item: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a drag of a column's edge makes of its width. */
export function resized(width: number, by: number): number {
  return Math.min(widest, Math.max(narrowest, Math.round(width + by)));
}

export type SortChoice = { readonly column: string; readonly descending: boolean } | undefined;

/** A click on a header: ascending, descending, as stored. */
export function nextSort(sort: SortChoice, column: string): SortChoice {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? undefined : { column, descending: true };
}
