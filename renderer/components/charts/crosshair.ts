// What lies over the curves: the crosshair, the points that it reads, the part that is being chosen.
import type { CurvePicture } from './curvePicture.js';
import type { Pen, PictureStyle } from './pen.js';
import type { Reading } from './readings.js';

export interface CrosshairState {
  readonly position: number | null;
  readonly readings: readonly Reading[];
  /** Pixels from and to. */
  readonly selection: readonly [number, number] | null;
}

export function drawCrosshair(
  pen: Pen,
  style: PictureStyle,
  { plot, x }: CurvePicture,
  { position, readings, selection }: CrosshairState,
): void {
  const { left, right, top, bottom } = plot;
  if (selection) {
    const [from, to] = [Math.max(left, Math.min(...selection)), Math.min(right, Math.max(...selection))];
    pen.fillStyle = style.text;
    pen.globalAlpha = 0.1;
    pen.fillRect(from, top, to - from, bottom - top);
    pen.globalAlpha = 1;
  }
  if (position === null) return;
  const pixel = x.toPixel(position);
  if (!(pixel >= left && pixel <= right)) return;
  pen.strokeStyle = style.axis;
  pen.lineWidth = 1;
  pen.setLineDash([3, 3]);
  pen.beginPath();
  pen.moveTo(Math.round(pixel) + 0.5, top);
  pen.lineTo(Math.round(pixel) + 0.5, bottom);
  pen.stroke();
  pen.setLineDash([]);
  for (const { colour, pixel: point } of readings) {
    if (!(point.y >= top - 1 && point.y <= bottom + 1)) continue;
    pen.fillStyle = style.series(colour);
    pen.strokeStyle = style.surface;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.arc(point.x, point.y, 3.5, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}
