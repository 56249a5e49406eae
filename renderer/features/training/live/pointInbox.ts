// New points on their way to the charts: gathered until the next frame, so that a fast run costs one drawing a frame at most.
import type { NewPoints } from '../../../../contract/services/training.js';

export interface TimedPoints extends NewPoints {
  /** Milliseconds since the run started. */
  readonly time: number;
}

export class PointInbox {
  private waiting: TimedPoints[] = [];
  private isScheduled = false;

  /**
   * @param schedule runs its work once, at the next frame
   * @param deliver is given everything since the last time, in order
   */
  constructor(
    private readonly schedule: (work: () => void) => void,
    private readonly deliver: (points: readonly TimedPoints[]) => void,
  ) {}

  add(series: readonly NewPoints[], time: number): void {
    for (const points of series) this.waiting.push({ ...points, time });
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.schedule(() => this.flush());
  }

  /** Hands over now what waits. */
  flush(): void {
    this.isScheduled = false;
    const { waiting } = this;
    this.waiting = [];
    if (waiting.length > 0) this.deliver(waiting);
  }

  /** Forgets what waits. */
  clear(): void {
    this.waiting = [];
  }
}

/** The points after a step: those before are known from elsewhere. */
export function pointsAfter(points: TimedPoints, step: number): TimedPoints {
  const from = points.steps.findIndex((one) => one > step);
  if (from === 0) return points;
  const start = from < 0 ? points.steps.length : from;
  return { ...points, steps: points.steps.subarray(start), values: points.values.subarray(start) };
}
