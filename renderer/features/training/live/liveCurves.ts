// The curves of a run as they grow: what is stored first, then what comes; points on both ways are taken once.
import { shallowRef } from 'vue';
import type { Curve } from '../../../../contract/services/runs.js';
import type { NewPoints } from '../../../../contract/services/training.js';
import { LiveCurve } from '../../../components/charts/liveCurve.js';
import { PointInbox, pointsAfter, type TimedPoints } from './pointInbox.js';

export class LiveCurves {
  /** By name of the metric; another map when a curve comes. */
  readonly curves = shallowRef<ReadonlyMap<string, LiveCurve>>(new Map());
  readonly learningRate = shallowRef<number>();
  /** The last step of each stored curve; undefined until they were read. */
  private stored: Map<string, number> | undefined;
  private held: TimedPoints[] = [];
  private readonly inbox: PointInbox;

  /** @param stepsPerEpoch NaN while unknown */
  constructor(
    schedule: (work: () => void) => void,
    private readonly stepsPerEpoch: () => number,
  ) {
    this.inbox = new PointInbox(schedule, (points) => this.deliver(points));
  }

  add(series: readonly NewPoints[], time: number): void {
    this.inbox.add(series, time);
  }

  /** What is stored will be read; points that come meanwhile wait. */
  begin(): void {
    this.stored = undefined;
    this.held = [];
    this.inbox.clear();
  }

  fill(known: readonly Curve[]): void {
    this.curves.value = new Map(
      known.map((curve) => {
        const live = new LiveCurve();
        live.replace(curve);
        return [curve.name, live];
      }),
    );
    this.learningRate.value = known.find(({ name }) => name === 'learning_rate')?.values.at(-1);
    this.stored = new Map(known.map(({ name, steps }) => [name, steps.at(-1) ?? 0]));
    this.deliver(this.held.splice(0));
  }

  /** The run goes on from a checkpoint: it does the steps after it again. */
  cutAfter(step: number): void {
    for (const curve of this.curves.value.values()) curve.cutAfter(step);
    for (const [name, last] of this.stored ?? []) this.stored?.set(name, Math.min(last, step));
  }

  clear(): void {
    this.curves.value = new Map();
    this.learningRate.value = undefined;
  }

  private deliver(points: readonly TimedPoints[]): void {
    if (!this.stored) {
      this.held.push(...points);
      return;
    }
    for (const one of points) this.append(pointsAfter(one, this.stored.get(one.name) ?? 0));
  }

  private append({ name, steps, values, time }: TimedPoints): void {
    if (steps.length === 0) return;
    let curve = this.curves.value.get(name);
    if (!curve) {
      curve = new LiveCurve();
      this.curves.value = new Map([...this.curves.value, [name, curve]]);
    }
    const perEpoch = this.stepsPerEpoch();
    const epochs = steps.map((step) => step / perEpoch);
    curve.append({ steps, values, epochs, times: new Float64Array(steps.length).fill(time) });
    if (name === 'learning_rate') this.learningRate.value = values.at(-1);
  }
}
