// A curve that grows while a run trains: columns with room to spare; when they are full, neighbours join and keep their extremes.
import type { CurveData } from './chartSeries.js';

const names = ['steps', 'epochs', 'times', 'values', 'min', 'max'] as const;

export interface NewPoints {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Left out: unknown. */
  readonly epochs?: ArrayLike<number>;
  /** Milliseconds since the run started; left out: unknown. */
  readonly times?: ArrayLike<number>;
}

export class LiveCurve {
  private readonly room: Readonly<Record<(typeof names)[number], Float64Array>>;
  private length = 0;
  /** Points that an entry stands for; doubles when the columns are full. */
  private stride = 1;
  /** Points in the last entry. */
  private filled = 0;
  private readonly listeners = new Set<() => void>();
  private view: CurveData | undefined;

  /** `capacity`: entries that are kept; about twice the pixels of a wide window. */
  constructor(private readonly capacity = 8192) {
    this.room = Object.fromEntries(names.map((name) => [name, new Float64Array(capacity)])) as typeof this.room;
  }

  /** Views of what is there; they are replaced when points come. */
  get columns(): CurveData {
    if (this.view) return this.view;
    const parts = names.map((name) => [name, this.room[name].subarray(0, this.length)] as const);
    this.view = Object.fromEntries(parts) as unknown as CurveData;
    return this.view;
  }

  /** Steps ascend from call to call. */
  append({ steps, values, epochs, times }: NewPoints): void {
    for (let index = 0; index < steps.length; index++)
      this.add(steps[index]!, values[index]!, epochs?.[index] ?? NaN, times?.[index] ?? NaN);
    this.changed();
  }

  /** Forgets what came after a step: a run that continues from a checkpoint does these steps again. */
  cutAfter(step: number): void {
    while (this.length > 0 && this.room.steps[this.length - 1]! > step) this.length--;
    this.filled = this.stride;
    this.changed();
  }

  /** Starts with a curve that was logged before. */
  replace(data: CurveData): void {
    const excess = Math.max(0, data.steps.length - this.capacity);
    for (const name of names) this.room[name].set(data[name].subarray(excess));
    this.length = data.steps.length - excess;
    this.stride = 1;
    this.filled = 1;
    this.changed();
  }

  /** @returns what ends the listening */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.view = undefined;
    for (const listener of this.listeners) listener();
  }

  private add(step: number, value: number, epoch: number, time: number): void {
    const isNew = this.length === 0 || this.filled >= this.stride;
    if (isNew && this.length === this.capacity) this.halve();
    const starts = this.length === 0 || this.filled >= this.stride;
    const at = starts ? this.length++ : this.length - 1;
    this.filled = starts ? 1 : this.filled + 1;
    const { steps, epochs, times, values, min, max } = this.room;
    steps[at] = step;
    epochs[at] = epoch;
    times[at] = time;
    values[at] = value;
    const finite = Number.isFinite(value) ? value : NaN;
    min[at] = starts ? finite : lesser(min[at]!, finite);
    max[at] = starts ? finite : -lesser(-max[at]!, -finite);
  }

  /** Joins neighbours: half the entries, each of twice the points. */
  private halve(): void {
    const half = this.length >> 1;
    const { min, max } = this.room;
    for (let at = 0; at < half; at++) {
      for (const name of ['steps', 'epochs', 'times', 'values'] as const)
        this.room[name][at] = this.room[name][2 * at + 1]!;
      min[at] = lesser(min[2 * at]!, min[2 * at + 1]!);
      max[at] = -lesser(-max[2 * at]!, -max[2 * at + 1]!);
    }
    this.length = half;
    this.stride *= 2;
    this.filled = this.stride;
  }
}

/** The lesser of two numbers, either of which may be NaN for missing. */
function lesser(one: number, other: number): number {
  if (Number.isNaN(one)) return other;
  return other < one ? other : one;
}
