// The picture of a learning rate over a run: the line and what is below it, as paths of a drawing.
import type { RateCurve } from '../../../../contract/services/training.js';

export interface DrawnCurve {
  readonly line: string;
  readonly area: string;
  readonly start: number;
  readonly peak: number;
  /** 0 where nothing of it can be seen beside the peak: the last step of a cosine is never quite there. */
  readonly end: number;
}

/** Shares of the peak below this count as 0. */
const negligible = 1e-3;

/** Drawn from 0 to its peak; undefined where it has no finite points. */
export function curvePath(
  { steps, rates }: RateCurve,
  size: { width: number; height: number },
): DrawnCurve | undefined {
  const peak = rates.reduce((most, rate) => (Number.isFinite(rate) ? Math.max(most, rate) : most), 0);
  if (rates.length < 2 || peak <= 0) return undefined;
  const last = steps[steps.length - 1]! || 1;
  const top = 3;
  const points = Array.from(steps, (step, index) => {
    const x = (step / last) * size.width;
    const y = size.height - (rates[index]! / peak) * (size.height - top);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  const line = `M${points.join('L')}`;
  const end = rates[rates.length - 1]!;
  return {
    line,
    area: `${line}L${size.width} ${size.height}L0 ${size.height}Z`,
    start: rates[0]!,
    peak,
    end: end < negligible * peak ? 0 : end,
  };
}
