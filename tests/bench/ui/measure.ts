// What a measurement of the window is, and how its figures are printed.
import type { Browser } from '@playwright/test';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'frames/s';
  /** What it is to be: at most (at least, for rates) this. */
  readonly goal: number;
  /** Circumstances: sizes, counts. */
  readonly detail: string;
}

export interface Surroundings {
  readonly browser: Browser;
  /** An empty folder for this measurement. */
  readonly folder: () => string;
}

export type Measurement = (surroundings: Surroundings) => Promise<readonly Figure[]>;

/** `run table …  612 ms  (goal ≤ 1000 ms: met)  10,000 runs` */
export function printFigure({ name, value, unit, goal, detail }: Figure): string {
  const isRate = unit === 'frames/s';
  const isMet = isRate ? value >= goal : value <= goal;
  const shown = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  const ratio = isRate ? value / goal : value / goal;
  return [
    name.padEnd(44),
    `${shown} ${unit}`.padStart(14),
    `${isRate ? '≥' : '≤'} ${goal} ${unit}`.padStart(16),
    `${ratio.toFixed(2)} ×`.padStart(9),
    isMet ? '' : '  missed',
    `  ${detail}`,
  ].join('');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
