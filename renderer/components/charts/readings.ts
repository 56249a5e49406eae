// What stands under the crosshair: for each curve the logged point nearest to it.
import type { CurvePicture } from './curvePicture.js';
import { nearestIndex } from './nearest.js';

export interface Reading {
  readonly id: string;
  readonly title: string;
  readonly colour: number;
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the run started. */
  readonly time: number;
  /** As logged. */
  readonly value: number;
  /** null: the line shows the values themselves. */
  readonly average: number | null;
  /** Of the stretch, where it holds several points. */
  readonly spread: readonly [number, number] | null;
  readonly pixel: { readonly x: number; readonly y: number };
}

/** Nearest to the vertical place of the pointer first; without one the greatest value is first. */
export function readingsAt(picture: CurvePicture, position: number, pointerY: number | null): Reading[] {
  const readings: Reading[] = [];
  for (const { series, data, x, line, isSmoothed } of picture.curves) {
    const at = nearestIndex(x, position);
    if (at < 0 || !isInside(x, position)) continue;
    const [least, greatest] = [data.min[at]!, data.max[at]!];
    readings.push({
      id: series.id,
      title: series.title,
      colour: series.colour,
      step: data.steps[at]!,
      epoch: data.epochs[at]!,
      time: data.times[at]!,
      value: data.values[at]!,
      average: isSmoothed ? line[at]! : null,
      spread: greatest > least ? [least, greatest] : null,
      pixel: { x: picture.x.toPixel(x[at]!), y: picture.y.toPixel(line[at]!) },
    });
  }
  return readings.sort((one, other) => distance(one, pointerY) - distance(other, pointerY));
}

/** A curve that has ended long before says nothing about this place. */
function isInside(x: Float64Array, position: number): boolean {
  const [first, last] = [x[0]!, x[x.length - 1]!];
  const air = (last - first) * 0.02 + 1e-9;
  return position >= first - air && position <= last + air;
}

function distance({ pixel, value }: Reading, pointerY: number | null): number {
  return pointerY === null ? -value : Math.abs(pixel.y - pointerY);
}
