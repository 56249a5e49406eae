// When the points of a report were: a report comes a few times a second with all steps since the one before.

export class PointTimes {
  constructor(private last = Date.now()) {}

  /** What comes next has begun now: the time before (a start, a pause) belongs to no step. */
  begin(now = Date.now()): void {
    this.last = now;
  }

  /** Of the points of a series in the report that comes now: evenly since the report before. @returns by the index of the point */
  report(now = Date.now()): (index: number, count: number) => number {
    const from = Math.min(this.last, now);
    this.last = now;
    return (index, count) => from + ((now - from) * (index + 1)) / count;
  }
}
