// Gathers new points of metrics, so that they are told at most ten times a second however short the epochs are.
import type { NewPoints } from '../../../contract/services/training.js';
import type { MetricPoints } from '../../../contract/training.js';

const interval = 100;

export class PointBuffer {
  private series = new Map<string, { steps: number[]; values: number[] }>();
  private timer: NodeJS.Timeout | undefined;
  private lastSent = -Infinity;
  private time = 0;

  /** @param send is given everything since the last time; `time` is that of the last points */
  constructor(private readonly send: (series: readonly NewPoints[], time: number) => void) {}

  add(series: readonly MetricPoints[], time: number): void {
    this.time = time;
    for (const { name, steps, values } of series) {
      const known = this.series.get(name) ?? { steps: [], values: [] };
      for (const step of steps) known.steps.push(step);
      for (const value of values) known.values.push(value);
      this.series.set(name, known);
    }
    const wait = this.lastSent + interval - performance.now();
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.series.size === 0) return;
    const series = [...this.series].map(([name, { steps, values }]) => ({
      name,
      steps: Float64Array.from(steps),
      values: Float64Array.from(values),
    }));
    this.series = new Map();
    this.lastSent = performance.now();
    this.send(series, this.time);
  }
}
