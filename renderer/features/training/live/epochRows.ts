// The epochs of a run as a table: from its stored curves when a window comes later, from events while it looks on.
import type { Metrics } from '../../../../contract/run.js';
import type { CurveData } from '../../../components/charts/chartSeries.js';

export interface EpochRow {
  readonly epoch: number;
  readonly step: number;
  readonly metrics: Metrics;
}

/** Rows that are kept. */
const most = 500;

/** Epochs have the series that have one point each: means of training, and everything measured on validation. */
export function isOfEpochs(name: string): boolean {
  return name.startsWith('val_') || name === 'train_loss_epoch';
}

/** `train_loss_epoch` is the mean that events call `train_loss`. */
export function rowsOfCurves(curves: ReadonlyMap<string, CurveData>, stepsPerEpoch: number): EpochRow[] {
  const rows = new Map<number, Record<string, number | null>>();
  for (const [name, { steps, values }] of curves) {
    if (!isOfEpochs(name)) continue;
    steps.forEach((step, index) => {
      const row = rows.get(step) ?? {};
      const value = values[index]!;
      row[name === 'train_loss_epoch' ? 'train_loss' : name] = Number.isFinite(value) ? value : null;
      rows.set(step, row);
    });
  }
  return [...rows]
    .sort(([one], [other]) => one - other)
    .map(([step, metrics]) => ({ epoch: Math.max(1, Math.ceil(step / stepsPerEpoch)), step, metrics }))
    .slice(-most);
}

/** With one more; a run that went back to a checkpoint does epochs again. */
export function withRow(rows: readonly EpochRow[], row: EpochRow): EpochRow[] {
  return [...rows.filter(({ step }) => step < row.step), row].slice(-most);
}

/** The columns: losses first, the parts of a metric side by side. */
export function columnsOfRows(rows: readonly EpochRow[]): string[] {
  const names = new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)));
  const rank = (name: string): number => (name === 'train_loss' ? 0 : name === 'val_loss' ? 1 : 2);
  return [...names].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/** The step of the best epoch by a metric; undefined where nobody measured it. */
export function bestStep(rows: readonly EpochRow[], metric: string, higherIsBetter: boolean): number | undefined {
  let best: EpochRow | undefined;
  for (const row of rows) {
    const value = row.metrics[metric];
    if (typeof value !== 'number') continue;
    const before = best?.metrics[metric];
    if (typeof before !== 'number' || (higherIsBetter ? value > before : value < before)) best = row;
  }
  return best?.step;
}
