// What a grid of charts shows: which series in which chart.
import type { SeriesName } from './useRunCurves.js';

export interface GridSeries extends SeriesName {
  readonly title: string;
  readonly colour: number;
  readonly startedAt: number;
}

export interface GridChart {
  readonly title: string;
  readonly series: readonly GridSeries[];
}
