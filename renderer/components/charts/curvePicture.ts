// The picture of some curves: where everything lies, and how it is drawn. Knows no DOM, so that it can be tested and become SVG.
import { makeScale, paddedRange, ticksOf, type AxisKind, type AxisUnit, type Scale } from './axis.js';
import { bandColumns, type BandPlaces, type PixelGrid } from './bandColumns.js';
import { columnsOf, positionsOf, type ChartSeries, type CurveData, type XAxis } from './chartSeries.js';
import { lowerBound } from './nearest.js';
import type { Pen, PictureStyle } from './pen.js';
import { seriesDashes } from './seriesDashes.js';
import { smooth, spacingOf } from './smoothing.js';

export interface PictureOptions {
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly xAxis: XAxis;
  readonly xKind: AxisKind;
  readonly yKind: AxisKind;
  readonly smoothing: number;
  /** Fits the vertical axis to the middle 98 % of what is seen. */
  readonly ignoreOutliers: boolean;
  /** The part of the horizontal axis to show; null: all. */
  readonly view: XView | null;
  /** The series to bring forward. */
  readonly highlight: string | null;
  /** The whole curves, by series: smoothing a closer look keeps the strength and the history that the whole one has. */
  readonly overviews?: ReadonlyMap<string, CurveData>;
  /** Of the whole curves, where these are a closer look; or of several charts together. */
  readonly extent?: XView | undefined;
}

export interface XView {
  readonly low: number;
  readonly high: number;
}

/** One curve in the units of the axes. */
export interface PlacedCurve {
  readonly series: ChartSeries;
  readonly data: CurveData;
  readonly x: Float64Array;
  /** What the line shows: the values, or their averages. */
  readonly line: Float64Array;
  readonly isSmoothed: boolean;
}

export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const unitOf: Readonly<Record<XAxis, AxisUnit>> = {
  step: 'count',
  epoch: 'number',
  relative: 'duration',
  wall: 'date',
};

/** Around the plot, for the labels of the axes. */
export const plotMargins = { left: 60, top: 8, right: 12, bottom: 24 };

export class CurvePicture {
  readonly curves: readonly PlacedCurve[];
  readonly plot: Plot;
  readonly x: Scale;
  readonly y: Scale;
  /** The whole extent of the horizontal axis. */
  readonly extent: XView;
  /** Of these curves alone; undefined without points. */
  readonly ownExtent: XView | undefined;
  /** So much is seen that lines have to be thin: they would cover each other, and thick ones take very long to draw. */
  private readonly isCrowded: boolean;

  constructor(
    series: readonly ChartSeries[],
    readonly options: PictureOptions,
  ) {
    this.curves = series.map((one) => placeCurve(one, options)).filter(({ x }) => x.length > 0);
    this.ownExtent = this.curves.length > 0 ? extentOf(this.curves, options.xKind) : undefined;
    this.extent = options.extent ?? this.ownExtent ?? extentOf([], options.xKind);
    const view = options.view ?? this.extent;
    const [low, high] = verticalRange(this.curves, view, options);
    this.plot = plotOf(options);
    const { left, right, top, bottom } = this.plot;
    this.x = makeScale(options.xKind, view.low, view.high, left, right);
    this.y = makeScale(options.yKind, low, high, bottom, top);
    const seen = this.curves.reduce((sum, { x }) => sum + span(this.visible(x)), 0);
    this.isCrowded = seen > 8 * (right - left);
  }

  /** @param pixel the size of a pixel, where it is drawn for a screen; else at any size */
  draw(pen: Pen, style: PictureStyle, pixel?: number): void {
    const { left, top, right, bottom } = this.plot;
    this.drawAxes(pen, style);
    pen.save();
    pen.beginPath();
    // A little wider than the plot, so that points at its ends are whole.
    pen.rect(left - 4, top - 4, right - left + 8, bottom - top + 5);
    pen.clip();
    pen.lineJoin = 'round';
    const ordered = [...this.curves].sort((one, other) => this.rank(one) - this.rank(other));
    for (const curve of ordered) this.drawBand(pen, style.series(curve.series.colour), curve, pixel);
    for (const curve of ordered) this.drawCurve(pen, style, curve);
    pen.restore();
  }

  /** The highlighted one is drawn last. */
  private rank({ series }: PlacedCurve): number {
    return series.id === this.options.highlight ? 1 : 0;
  }

  private drawAxes(pen: Pen, style: PictureStyle): void {
    const { left, top, right, bottom } = this.plot;
    pen.font = style.font;
    pen.lineWidth = 1;
    pen.setLineDash([]);
    const horizontal = ticksOf(this.x, Math.max(2, (right - left) / 90), unitOf[this.options.xAxis]);
    const vertical = ticksOf(this.y, Math.max(2, (bottom - top) / 52));
    pen.strokeStyle = style.grid;
    pen.beginPath();
    for (const { value } of vertical)
      line(pen, left, crisp(this.y.toPixel(value)), right, crisp(this.y.toPixel(value)));
    pen.stroke();
    pen.strokeStyle = style.axis;
    pen.beginPath();
    line(pen, left, crisp(bottom), right, crisp(bottom));
    for (const { value } of horizontal)
      line(pen, crisp(this.x.toPixel(value)), bottom, crisp(this.x.toPixel(value)), bottom + 4);
    pen.stroke();
    pen.fillStyle = style.faint;
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    for (const { value, label } of vertical) pen.fillText(label, left - 7, this.y.toPixel(value));
    pen.textBaseline = 'top';
    pen.textAlign = 'center';
    // A label that would stick out at the end is left to its tick.
    for (const { value, label } of horizontal)
      pen.fillText(label, Math.min(this.x.toPixel(value), right - 3 * label.length + 4), bottom + 8);
  }

  private alphaOf({ series }: PlacedCurve): number {
    const { highlight } = this.options;
    return highlight === null || highlight === series.id ? 1 : 0.22;
  }

  /** From the least to the greatest value of each stretch. */
  private drawBand(pen: Pen, colour: string, curve: PlacedCurve, pixel: number | undefined): void {
    const { x, data } = curve;
    const [from, to] = this.visible(x);
    if (!hasBand(data, from, to)) return;
    pen.globalAlpha = 0.16 * this.alphaOf(curve);
    const places = {
      horizontal: pixelsOf(this.x, x, [from, to], 'horizontal'),
      one: pixelsOf(this.y, data.max, [from, to], 'vertical'),
      other: pixelsOf(this.y, data.min, [from, to], 'lower'),
      from,
      to,
    };
    pen.beginPath();
    const { left, right } = this.plot;
    if (pixel === undefined || !this.isDense(curve)) fillOutline(pen, places, colour);
    else strokeColumns(pen, places, { left: left - 4, right: right + 4, pixel }, colour);
    pen.globalAlpha = 1;
  }

  private drawCurve(pen: Pen, style: PictureStyle, curve: PlacedCurve): void {
    const { series, data, line: values, isSmoothed } = curve;
    const alpha = this.alphaOf(curve);
    pen.strokeStyle = style.series(series.colour);
    pen.fillStyle = pen.strokeStyle;
    if (isSmoothed) {
      pen.setLineDash([]);
      pen.globalAlpha = 0.28 * alpha;
      pen.lineWidth = 1;
      this.drawLine(pen, curve, data.values);
    }
    pen.globalAlpha = alpha;
    const isDense = this.isDense(curve);
    pen.lineWidth = series.id === this.options.highlight ? 2.4 : isDense || this.isCrowded ? 1 : 1.5;
    // Of a line that goes up and down at every pixel dashes show nothing, and drawing them takes longer than all the rest.
    pen.setLineDash(isDense && !isSmoothed ? [] : [...seriesDashes(series.colour)]);
    this.drawLine(pen, curve, values);
    pen.setLineDash([]);
    this.drawDots(pen, style, curve);
    pen.globalAlpha = 1;
  }

  /** A line that goes up and down at every pixel would hide all others. */
  private isDense({ x }: PlacedCurve): boolean {
    return span(this.visible(x)) > (this.plot.right - this.plot.left) / 2;
  }

  private drawLine(pen: Pen, { x }: PlacedCurve, values: Float64Array): void {
    const [from, to] = this.visible(x);
    const horizontal = pixelsOf(this.x, x, [from, to], 'horizontal');
    const vertical = pixelsOf(this.y, values, [from, to], 'vertical');
    pen.beginPath();
    let isDown = false;
    for (let at = from; at < to; at++) {
      // What cannot be shown leaves a gap.
      if (!Number.isFinite(vertical[at]) || !Number.isFinite(horizontal[at])) isDown = false;
      else if (isDown) pen.lineTo(horizontal[at]!, vertical[at]!);
      else {
        pen.moveTo(horizontal[at]!, vertical[at]!);
        isDown = true;
      }
    }
    pen.stroke();
  }

  /** Single points where there are few of them; crosses at the foot where a value was not finite. */
  private drawDots(pen: Pen, style: PictureStyle, { x, data }: PlacedCurve): void {
    const [from, to] = this.visible(x);
    const few = to - from <= (this.plot.right - this.plot.left) / 14;
    for (let at = from; at < to; at++) {
      const value = data.values[at]!;
      const horizontal = this.x.toPixel(x[at]!);
      if (!Number.isFinite(value)) this.drawCross(pen, style, horizontal);
      else if (few || isAlone(data.values, at)) {
        const vertical = this.y.toPixel(value);
        if (!Number.isFinite(vertical) || !Number.isFinite(horizontal)) continue;
        pen.beginPath();
        pen.arc(horizontal, vertical, 2.2, 0, 2 * Math.PI);
        pen.fill();
      }
    }
  }

  private drawCross(pen: Pen, style: PictureStyle, horizontal: number): void {
    const vertical = this.plot.bottom - 6;
    pen.save();
    pen.strokeStyle = style.error;
    pen.lineWidth = 1.5;
    pen.beginPath();
    line(pen, horizontal - 3, vertical - 3, horizontal + 3, vertical + 3);
    line(pen, horizontal - 3, vertical + 3, horizontal + 3, vertical - 3);
    pen.stroke();
    pen.restore();
  }

  /** Indices of what is seen, with one more on each side. */
  private visible(x: Float64Array): Span {
    return visiblePart(x, this.x);
  }
}

function strokeColumns(pen: Pen, places: BandPlaces, grid: PixelGrid, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = grid.pixel;
  pen.setLineDash([]);
  bandColumns(places, grid, (middle, top, bottom) => {
    pen.moveTo(middle, top);
    pen.lineTo(middle, bottom);
  });
  pen.stroke();
}

function fillOutline(pen: Pen, { horizontal, one, other, from, to }: BandPlaces, colour: string): void {
  pen.fillStyle = colour;
  for (let at = from; at < to; at++) if (!Number.isNaN(one[at])) pen.lineTo(horizontal[at]!, one[at]!);
  for (let at = to - 1; at >= from; at--) if (!Number.isNaN(other[at])) pen.lineTo(horizontal[at]!, other[at]!);
  pen.closePath();
  pen.fill();
}

/** Where the columns of one curve after the other are put: new ones for each would keep the memory busy. */
const scratch = { horizontal: new Float64Array(), vertical: new Float64Array(), lower: new Float64Array() };

/** The pixels of some entries of a column, at their places; good until the next question for the same. */
function pixelsOf(scale: Scale, column: Float64Array, [from, to]: Span, into: keyof typeof scratch): Float64Array {
  if (scratch[into].length < to) scratch[into] = new Float64Array(2 * to);
  scale.toPixels(column, from, to, scratch[into]);
  return scratch[into];
}

type Span = readonly [from: number, to: number];

const span = ([from, to]: Span): number => to - from;

function plotOf({ width, height }: PictureOptions): Plot {
  const { left, top, right, bottom } = plotMargins;
  return { left, top, right: width - right, bottom: height - bottom };
}

function placeCurve(series: ChartSeries, { xAxis, smoothing, overviews }: PictureOptions): PlacedCurve {
  const data = columnsOf(series.data);
  const x = positionsOf(data, xAxis, series.startedAt);
  if (smoothing <= 0) return { series, data, x, line: data.values, isSmoothed: false };
  const overview = overviews?.get(series.id) ?? data;
  const spacing = spacingOf(overview.steps);
  const earlier = overview === data ? 0 : lowerBound(overview.steps, data.steps[0] ?? 0);
  const { state: before } = smooth(overview.steps.subarray(0, earlier), overview.values, { smoothing, spacing });
  const { averages } = smooth(data.steps, data.values, { smoothing, spacing, before });
  return { series, data, x, line: averages, isSmoothed: true };
}

function extentOf(curves: readonly PlacedCurve[], kind: AxisKind): XView {
  let low = Infinity;
  let high = -Infinity;
  for (const { x } of curves)
    for (const value of x) {
      if (!Number.isFinite(value) || (kind === 'logarithmic' && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (!(low <= high)) return kind === 'logarithmic' ? { low: 1, high: 10 } : { low: 0, high: 1 };
  // One point alone stands in the middle.
  return low < high ? { low, high } : { low: low - (kind === 'linear' ? 0.5 : low / 2), high: high + 0.5 };
}

function verticalRange(
  curves: readonly PlacedCurve[],
  view: XView,
  { yKind, ignoreOutliers }: PictureOptions,
): readonly [number, number] {
  const isShown = (value: number): boolean => Number.isFinite(value) && (yKind === 'linear' || value > 0);
  const [low, high] = ignoreOutliers ? middlePart(curves, view, isShown) : wholePart(curves, view, isShown);
  if (!(low <= high)) return yKind === 'logarithmic' ? [0.1, 1] : [0, 1];
  return paddedRange(yKind, low, high);
}

type Part = readonly [low: number, high: number];

function wholePart(curves: readonly PlacedCurve[], view: XView, isShown: (value: number) => boolean): Part {
  let [low, high] = [Infinity, -Infinity];
  for (const { x, data } of curves) {
    const [from, to] = visiblePart(x, view);
    for (let at = from; at < to; at++) {
      const [least, greatest] = [data.min[at]!, data.max[at]!];
      if (least < low && isShown(least)) low = least;
      if (greatest > high && isShown(greatest)) high = greatest;
    }
  }
  return [low, high];
}

/** The middle 98 %. */
function middlePart(curves: readonly PlacedCurve[], view: XView, isShown: (value: number) => boolean): Part {
  const pick = (of: 'min' | 'max', share: number): number => {
    const seen = curves.map(({ x, data }) => data[of].slice(...visiblePart(x, view)).filter(isShown));
    const sorted = Float64Array.from(seen.flatMap((column) => [...column])).sort();
    return sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  };
  return [pick('min', 0.01), pick('max', 0.99)];
}

function visiblePart(x: Float64Array, { low, high }: XView): Span {
  const from = Math.max(0, lowerBound(x, low) - 1);
  return [from, Math.min(x.length, lowerBound(x, high) + 2)];
}

function hasBand({ min, max }: CurveData, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (max[at]! > min[at]!) return true;
  return false;
}

function isAlone(values: Float64Array, at: number): boolean {
  const has = (index: number): boolean => Number.isFinite(values[index] ?? NaN);
  return !has(at - 1) && !has(at + 1);
}

function line(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
}

/** Lines of one pixel are sharp between pixels. */
function crisp(value: number): number {
  return Math.round(value) + 0.5;
}
