// What the losses of a run's epochs suggest, said calmly and only when it has lasted: divergence, overfitting, a plateau.
import type { RunRecord } from '../../../../contract/services/runs.js';
import type { EpochRow } from './epochRows.js';

export type RunNote =
  | { readonly kind: 'diverging'; readonly metric: string; readonly epoch: number }
  | { readonly kind: 'overfitting'; readonly epoch: number }
  | { readonly kind: 'plateau'; readonly epochs: number }
  | ({ readonly kind: 'early' } & EarlyEnd);

/** That a run has ended before its last epoch, because a metric had not become better. */
export interface EarlyEnd {
  readonly metric: string;
  readonly patience: number;
  readonly epoch: number;
}

/** Epochs that a trend must last. */
const patience = 4;
/** The validation loss has risen by this share above its least. */
const risen = 0.05;
/** … and by this share of what it was at first. */
const noticeable = 0.01;
/** Relative changes of the training loss below this are none. */
const still = 0.002;
const plateauEpochs = 8;

export function notesOf(rows: readonly EpochRow[], early?: EarlyEnd): RunNote[] {
  const end = early && ({ kind: 'early', ...early } as const);
  return [diverging(rows), end, overfitting(rows) ?? plateau(rows)].filter((note) => note !== undefined);
}

/** What of a finished run tells that early stopping has ended it. `patience`: undefined where there was none. */
export function earlyEndOf(
  record: Pick<RunRecord, 'status' | 'epoch' | 'parameters'> | undefined,
  metric: string,
  patience: number | undefined,
): EarlyEnd | undefined {
  if (record?.status !== 'finished' || patience === undefined) return undefined;
  return record.epoch < Number(record.parameters.epochs) ? { metric, patience, epoch: record.epoch } : undefined;
}

function diverging(rows: readonly EpochRow[]): RunNote | undefined {
  const last = rows.at(-1);
  const metric = last && Object.entries(last.metrics).find(([name, value]) => name.endsWith('_loss') && value === null);
  if (!metric) return undefined;
  const since = rows.findIndex((_, index) => rows.slice(index).every(({ metrics }) => metrics[metric[0]] === null));
  return { kind: 'diverging', metric: metric[0], epoch: rows[since]!.epoch };
}

/** The validation loss has been above its least for some epochs, and the training loss has fallen since. */
function overfitting(rows: readonly EpochRow[]): RunNote | undefined {
  const known = rows.filter(({ metrics }) => isNumber(metrics.val_loss) && isNumber(metrics.train_loss));
  if (known.length <= patience) return undefined;
  const losses = known.map(({ metrics }) => metrics.val_loss!);
  const least = Math.min(...losses);
  const at = losses.lastIndexOf(least);
  const after = known.slice(at + 1);
  const [best, last] = [known[at]!, known.at(-1)!];
  const rise = last.metrics.val_loss! - least;
  // What is tiny beside where it began is noise.
  const rises = after.length >= patience && rise > risen * least && rise > noticeable * losses[0]!;
  return rises && last.metrics.train_loss! < best.metrics.train_loss!
    ? { kind: 'overfitting', epoch: after[0]!.epoch }
    : undefined;
}

function plateau(rows: readonly EpochRow[]): RunNote | undefined {
  const losses = rows.map(({ metrics }) => metrics.train_loss).filter(isNumber);
  if (losses.length < plateauEpochs + 1) return undefined;
  const recent = losses.slice(-plateauEpochs - 1);
  const [least, greatest] = [Math.min(...recent), Math.max(...recent)];
  return greatest - least <= still * Math.abs(greatest) ? { kind: 'plateau', epochs: plateauEpochs } : undefined;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
