// Histograms over time as ridges, the latest in front: how weights or gradients spread while a model trains.
import { makeScale, shortNumber, ticksOf } from './axis.js';
import type { Pen, PictureStyle } from './pen.js';

export interface HistogramData {
  /** Ascending. */
  readonly steps: Float64Array;
  /** Shared edges of the bins. */
  readonly edges: Float64Array;
  /** steps × bins. */
  readonly counts: Float64Array;
}

export interface Ridge {
  readonly step: number;
  /** Pixels of its base line. */
  readonly base: number;
  /** Shares of the greatest count of all, from 0 to 1. */
  readonly heights: Float64Array;
}

export interface RidgelineLayout {
  readonly ridges: readonly Ridge[];
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels of the greatest count. */
  readonly rise: number;
}

/** From the first (at the back) to the last; each ridge is as high as the greatest count of its own, so that its shape shows. */
export function layoutRidges({ steps, edges, counts }: HistogramData, width: number, height: number): RidgelineLayout {
  const bins = edges.length - 1;
  const [top, bottom] = [12, height - 24];
  const rise = steps.length === 1 ? bottom - top : (bottom - top) * Math.min(0.42, 2.2 / (steps.length + 1));
  const ridges = Array.from(steps, (step, index): Ridge => {
    const own = counts.subarray(index * bins, (index + 1) * bins);
    const greatest = own.reduce((most, count) => Math.max(most, count), 0) || 1;
    const share = steps.length === 1 ? 1 : index / (steps.length - 1);
    return { step, base: top + rise + (bottom - top - rise) * share, heights: own.map((count) => count / greatest) };
  });
  return { ridges, left: 12, right: width - 64, bottom, rise };
}

export function drawRidgeline(
  pen: Pen,
  style: PictureStyle,
  data: HistogramData,
  { width, height, colour }: { readonly width: number; readonly height: number; readonly colour: number },
): void {
  const layout = layoutRidges(data, width, height);
  const { edges } = data;
  const x = makeScale('linear', edges[0]!, edges.at(-1)!, layout.left, layout.right);
  pen.font = style.font;
  pen.lineWidth = 1;
  pen.fillStyle = style.faint;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  pen.strokeStyle = style.grid;
  for (const { value, label } of ticksOf(x, (layout.right - layout.left) / 90)) {
    const pixel = Math.round(x.toPixel(value)) + 0.5;
    pen.beginPath();
    pen.moveTo(pixel, 8);
    pen.lineTo(pixel, layout.bottom);
    pen.stroke();
    pen.fillText(label, pixel, layout.bottom + 7);
  }
  for (const ridge of layout.ridges)
    drawRidge(pen, style, { ridge, layout, edges, x: (value) => x.toPixel(value), colour });
}

interface RidgeDrawing {
  readonly ridge: Ridge;
  readonly layout: RidgelineLayout;
  readonly edges: Float64Array;
  readonly x: (value: number) => number;
  readonly colour: number;
}

function drawRidge(pen: Pen, style: PictureStyle, { ridge, layout, edges, x, colour }: RidgeDrawing): void {
  const { base, heights, step } = ridge;
  const outline = (): void => {
    pen.beginPath();
    pen.moveTo(x(edges[0]!), base);
    for (let bin = 0; bin < heights.length; bin++)
      pen.lineTo(x((edges[bin]! + edges[bin + 1]!) / 2), base - heights[bin]! * layout.rise);
    pen.lineTo(x(edges.at(-1)!), base);
  };
  // What lies behind must not shine through.
  pen.fillStyle = style.surface;
  outline();
  pen.fill();
  pen.fillStyle = style.series(colour);
  pen.globalAlpha = 0.25;
  outline();
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = style.series(colour);
  outline();
  pen.stroke();
  pen.fillStyle = style.faint;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(shortNumber(step, 1), layout.right + 8, base - 4);
}

/** The bin under a pixel, and the ridge that is nearest above it; undefined beside the picture. */
export function ridgeAt(
  data: HistogramData,
  size: { readonly width: number; readonly height: number },
  place: { readonly x: number; readonly y: number },
): { readonly ridge: number; readonly bin: number } | undefined {
  const { ridges, left, right } = layoutRidges(data, size.width, size.height);
  const bins = data.edges.length - 1;
  const bin = Math.floor(((place.x - left) / (right - left)) * bins);
  if (bin < 0 || bin >= bins) return undefined;
  const ridge = ridges.findIndex(({ base }) => base >= place.y);
  return ridge < 0 ? undefined : { ridge, bin };
}
