// What charts of curves are given. A curve of the runs service fits as it is.
import type { LiveCurve } from './liveCurve.js';

/** Columns of equal length, steps ascending. Where `min` and `max` differ an entry stands for a stretch of several points. */
export interface CurveData {
  readonly steps: Float64Array;
  /** NaN where unknown. */
  readonly epochs: Float64Array;
  /** Milliseconds since the run started. */
  readonly times: Float64Array;
  /** As logged (the last one of a stretch); not finite where that was logged. */
  readonly values: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export interface ChartSeries {
  /** Tells series apart; visibility and highlight go by it. */
  readonly id: string;
  readonly title: string;
  /** Number of the series' colour and dashes; see `seriesColour`, `seriesDashes`. */
  readonly colour: number;
  readonly data: CurveData | LiveCurve;
  /** Milliseconds since 1970, for the axis of wall time. */
  readonly startedAt?: number;
}

export const xAxes = ['step', 'epoch', 'relative', 'wall'] as const;
export type XAxis = (typeof xAxes)[number];

export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** The columns, whether they grow or not. */
export function columnsOf(data: CurveData | LiveCurve): CurveData {
  return 'columns' in data ? data.columns : data;
}

/** Where the entries of a curve lie on an axis. */
export function positionsOf(data: CurveData, axis: XAxis, startedAt = 0): Float64Array {
  if (axis === 'step') return data.steps;
  if (axis === 'epoch') return data.epochs;
  return axis === 'relative' ? data.times : data.times.map((time) => time + startedAt);
}
