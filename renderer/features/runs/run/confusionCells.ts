// What a confusion matrix says: counts, shares, and the figures of each class.
import { formatCount, formatShare } from '../../../components/format.js';
import type { HeatCell } from '../../../components/charts/heatCell.js';
import { runPanelTexts as texts } from '../../../texts/runPanels.js';

export type Normalisation = 'counts' | 'rows' | 'columns';

export interface ClassFigures {
  readonly name: string;
  readonly support: number;
  /** NaN where there is no example to tell. */
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

/** Row: the true class, column: the predicted one. */
export function confusionCells(
  classes: readonly string[],
  counts: Int32Array,
  normalisation: Normalisation,
): HeatCell[] {
  const size = classes.length;
  const rows = sums(counts, size, 'rows');
  const columns = sums(counts, size, 'columns');
  const greatestWrong = counts.reduce((most, count, at) => (isDiagonal(at, size) ? most : Math.max(most, count)), 0);
  const greatestRight = counts.reduce((most, count, at) => (isDiagonal(at, size) ? Math.max(most, count) : most), 0);
  return Array.from(counts, (count, at): HeatCell => {
    const [row, column] = [Math.floor(at / size), at % size];
    const isRight = row === column;
    const total = normalisation === 'columns' ? columns[column]! : rows[row]!;
    const share = total > 0 ? count / total : 0;
    // Errors are few: on the scale of what is right none would be seen.
    const ofGreatest = count / Math.max(1, isRight ? greatestRight : Math.max(greatestWrong, 0.1 * greatestRight));
    const strength = normalisation === 'counts' ? ofGreatest : isRight ? share : Math.sqrt(share);
    return {
      row,
      column,
      isRight,
      strength: count === 0 ? 0 : 0.08 + 0.92 * strength,
      text:
        count === 0 ? '' : normalisation === 'counts' ? formatCount(count) : formatShare(share, share < 0.1 ? 1 : 0),
      label: isRight
        ? texts.confusion.right(classes[row]!, formatCount(count), formatShare(share))
        : texts.confusion.cell(classes[row]!, classes[column]!, formatCount(count), formatShare(share)),
    };
  });
}

export function classFigures(classes: readonly string[], counts: Int32Array): ClassFigures[] {
  const size = classes.length;
  const rows = sums(counts, size, 'rows');
  const columns = sums(counts, size, 'columns');
  return classes.map((name, at) => {
    const right = counts[at * size + at]!;
    const recall = right / rows[at]!;
    const precision = right / columns[at]!;
    return { name, support: rows[at]!, recall, precision, f1: (2 * right) / (rows[at]! + columns[at]!) };
  });
}

export function accuracyOf(counts: Int32Array, size: number): { readonly right: number; readonly total: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { right: counts.reduce((sum, count, at) => (isDiagonal(at, size) ? sum + count : sum), 0), total };
}

function isDiagonal(at: number, size: number): boolean {
  return Math.floor(at / size) === at % size;
}

function sums(counts: Int32Array, size: number, of: 'rows' | 'columns'): Int32Array {
  const totals = new Int32Array(size);
  counts.forEach((count, at) => (totals[of === 'rows' ? Math.floor(at / size) : at % size]! += count));
  return totals;
}
