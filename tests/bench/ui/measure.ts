// What a measurement of the window is, and how its figures are printed.
import type { Browser, Page } from '@playwright/test';

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
  return [
    name.padEnd(44),
    `${shown} ${unit}`.padStart(14),
    `${isRate ? '≥' : '≤'} ${goal} ${unit}`.padStart(16),
    `${(value / goal).toFixed(2)} ×`.padStart(9),
    isMet ? '' : '  missed',
    `  ${detail}`,
  ].join('');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export interface Frames {
  /** Frames a second, to a tenth: from the first frame to the last, so that where counting begins and ends does not count. */
  readonly rate: number;
  /** Milliseconds between two. */
  readonly longest: number;
}

/** The frames of a window within so many seconds. */
export async function framesFor(page: Page, seconds: number): Promise<Frames> {
  const times = await page.evaluate(async (duration) => {
    const found: number[] = [];
    while (found.length < 2 || found.at(-1)! - found[0]! < duration)
      found.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)));
    return found;
  }, seconds * 1000);
  const rate = ((times.length - 1) / (times.at(-1)! - times[0]!)) * 1000;
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  return { rate: Math.round(rate * 10) / 10, longest: Math.max(...gaps) };
}
