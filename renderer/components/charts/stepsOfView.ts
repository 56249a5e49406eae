// Which steps the shown part of an axis has: finer points are asked for by steps, whatever the axis is.
import type { CurveData, StepRange, XAxis } from './chartSeries.js';
import { positionsOf } from './chartSeries.js';
import type { PlacedCurve, XView } from './curvePicture.js';
import { lowerBound } from './nearest.js';

/** The steps of all curves together, with a little more on each side. */
export function stepsOfView(
  curves: readonly PlacedCurve[],
  { low, high }: XView,
  overviews: ReadonlyMap<string, CurveData>,
  axis: XAxis,
): StepRange {
  if (axis === 'step') return { from: low, to: high };
  let from = Infinity;
  let to = -Infinity;
  for (const { series, data } of curves) {
    const whole = overviews.get(series.id) ?? data;
    const positions = positionsOf(whole, axis, series.startedAt);
    const last = whole.steps.length - 1;
    if (last < 0) continue;
    from = Math.min(from, whole.steps[Math.max(0, lowerBound(positions, low) - 1)]!);
    to = Math.max(to, whole.steps[Math.min(last, lowerBound(positions, high))]!);
  }
  return from <= to ? { from, to } : { from: 0, to: Number.MAX_SAFE_INTEGER };
}
