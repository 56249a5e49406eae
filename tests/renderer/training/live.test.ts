// A run while it trains: points that come in bursts, epochs as a table, what the losses suggest.
import { describe, expect, it } from 'vitest';
import {
  bestStep,
  columnsOfRows,
  rowsOfCurves,
  withRow,
  type EpochRow,
} from '../../../renderer/features/training/live/epochRows.js';
import { LiveCurves } from '../../../renderer/features/training/live/liveCurves.js';
import { PointInbox, pointsAfter, type TimedPoints } from '../../../renderer/features/training/live/pointInbox.js';
import { earlyEndOf, notesOf } from '../../../renderer/features/training/live/runNotes.js';

const points = (from: number, count: number, name = 'train_loss') => ({
  name,
  steps: Float64Array.from({ length: count }, (_, index) => from + index),
  values: Float64Array.from({ length: count }, (_, index) => 1 / (from + index)),
});

/** Frames that come when the test says so. */
class Frames {
  private works: (() => void)[] = [];
  readonly request = (work: () => void): void => void this.works.push(work);

  get waiting(): number {
    return this.works.length;
  }

  next(): void {
    for (const work of this.works.splice(0)) work();
  }
}

describe('points', () => {
  it('What comes between two frames is delivered at once, in order', () => {
    const frames = new Frames();
    const delivered: (readonly TimedPoints[])[] = [];
    const inbox = new PointInbox(frames.request, (some) => delivered.push(some));
    for (let burst = 0; burst < 50; burst++) inbox.add([points(1 + 10 * burst, 10)], burst);
    expect(frames.waiting).toBe(1);
    frames.next();
    expect(delivered).toHaveLength(1);
    expect(delivered[0]!.map(({ steps }) => steps[0])).toEqual(
      Array.from({ length: 50 }, (_, burst) => 1 + 10 * burst),
    );
    inbox.add([points(501, 1)], 51);
    expect(frames.waiting).toBe(1);
  });

  it('Points that are known already are left out', () => {
    const timed = { ...points(5, 10), time: 0 };
    expect([...pointsAfter(timed, 9).steps]).toEqual([10, 11, 12, 13, 14]);
    expect(pointsAfter(timed, 20).steps).toHaveLength(0);
    expect(pointsAfter(timed, 2)).toBe(timed);
  });

  it('A window that comes later has each point once: stored ones, those that came while it read, those after', () => {
    const frames = new Frames();
    const curves = new LiveCurves(frames.request, () => 10);
    curves.begin();
    curves.add([points(8, 5)], 100);
    frames.next();
    const stored = points(1, 10);
    const empty = new Float64Array(10);
    curves.fill([
      { run: 'r', points: 10, epochs: empty, times: empty, min: stored.values, max: stored.values, ...stored },
    ] as never);
    curves.add([points(13, 2)], 200);
    frames.next();
    const { steps, epochs } = curves.curves.value.get('train_loss')!.columns;
    expect([...steps]).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
    expect(epochs[13]).toBe(1.4);
    curves.cutAfter(5);
    curves.add([points(6, 1)], 300);
    frames.next();
    expect([...curves.curves.value.get('train_loss')!.columns.steps]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

const row = (epoch: number, train: number | null, val: number | null): EpochRow => ({
  epoch,
  step: epoch * 10,
  metrics: { train_loss: train, val_loss: val },
});

describe('epochs', () => {
  it('Stored curves become rows; the mean of training is its loss', () => {
    const curve = (values: number[]) => {
      const column = Float64Array.from(values);
      const steps = Float64Array.from(values, (_, index) => 10 * (index + 1));
      return { steps, epochs: column, times: column, values: column, min: column, max: column };
    };
    const rows = rowsOfCurves(
      new Map([
        ['train_loss', curve([9, 9, 9])],
        ['train_loss_epoch', curve([3, 2])],
        ['val_loss', curve([4, NaN])],
      ]),
      10,
    );
    expect(rows).toEqual([row(1, 3, 4), row(2, 2, null)]);
    expect(columnsOfRows(rows)).toEqual(['train_loss', 'val_loss']);
  });

  it('An epoch that is done again replaces what came after', () => {
    const rows = [row(1, 3, 3), row(2, 2, 2), row(3, 1, 1)];
    expect(withRow(rows, row(2, 5, 5)).map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('The best epoch is the lowest of a loss, the highest of an accuracy', () => {
    const rows = [row(1, 3, 3), row(2, 2, 1), row(3, 1, 2)];
    expect(bestStep(rows, 'val_loss', false)).toBe(20);
    expect(bestStep(rows, 'val_loss', true)).toBe(10);
    expect(bestStep(rows, 'val_accuracy', true)).toBeUndefined();
  });
});

describe('notes', () => {
  const course = (losses: readonly (readonly [number | null, number | null])[]): EpochRow[] =>
    losses.map(([train, val], index) => row(index + 1, train, val));

  it('A run that learns well gets none', () => {
    expect(notesOf(course(Array.from({ length: 12 }, (_, index) => [1 / (index + 1), 1.1 / (index + 1)])))).toEqual([]);
  });

  it('A loss that is no number any more is told with the epoch in which that began', () => {
    expect(
      notesOf(
        course([
          [1, 1],
          [null, 2],
          [null, 3],
        ]),
      ),
    ).toEqual([{ kind: 'diverging', metric: 'train_loss', epoch: 2 }]);
  });

  it('A rising validation loss is told once it has lasted, but not where it is tiny', () => {
    const rising = [
      [1, 1],
      [0.8, 0.8],
      [0.6, 0.9],
      [0.5, 1],
      [0.4, 1.1],
      [0.3, 1.2],
    ] as const;
    expect(notesOf(course(rising))).toEqual([{ kind: 'overfitting', epoch: 3 }]);
    expect(notesOf(course(rising.slice(0, 4)))).toEqual([]);
    const tiny = rising.map(([train, val], index) => [train, index === 0 ? 500 : val] as const);
    expect(notesOf(course(tiny))).toEqual([]);
  });

  it('A loss that stands still is a plateau', () => {
    expect(notesOf(course(Array.from({ length: 9 }, () => [0.5, 0.5] as const)))).toEqual([
      { kind: 'plateau', epochs: 8 },
    ]);
  });
});

describe('earlyEndOf', () => {
  const record = { status: 'finished', epoch: 45, parameters: { epochs: 400 } } as const;

  it('tells a run that early stopping has ended from one that came to its end', () => {
    const told = { metric: 'val_loss', patience: 3, epoch: 45 };
    expect(earlyEndOf(record, 'val_loss', 3)).toEqual(told);
    expect(notesOf([], told)).toEqual([{ kind: 'early', ...told }]);
    expect(earlyEndOf({ ...record, epoch: 400 }, 'val_loss', 3)).toBeUndefined();
    expect(earlyEndOf({ ...record, status: 'interrupted' }, 'val_loss', 3)).toBeUndefined();
    expect(earlyEndOf(record, 'val_loss', undefined)).toBeUndefined();
    expect(earlyEndOf(undefined, 'val_loss', 3)).toBeUndefined();
  });
});
