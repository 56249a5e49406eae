// Makes a picture from another one by a projective map, with bilinear interpolation: once, however many transforms there were.
import { indexWithin, type EdgeMode } from './edges.js';
import type { Matrix, Size } from './matrix.js';

/** Planes of channels, row-major. */
export interface Picture extends Size {
  readonly data: Float32Array;
}

export interface Resampling {
  readonly channels: number;
  /** From places of the target to places of the source. */
  readonly matrix: Matrix;
  readonly mode: EdgeMode;
  /** The constant beyond the edges. */
  readonly fill: number;
}

/** Whole places are copied exactly. `from` and `to` must not share memory. */
export function resample(from: Picture, to: Picture, how: Resampling): void {
  const [, b, , d, , , g, h, i] = how.matrix;
  if (g !== 0 || h !== 0 || i !== 1) {
    resampleRows(from, to, how, projectRow);
    return;
  }
  if (b === 0 && d === 0 && isWhole(how.matrix)) {
    copyRows(from, to, how);
    return;
  }
  resampleRows(from, to, how, mapRow);
}

/** The places of row `row` of the target in the source, x in `xs` and y in `ys`. */
type PlaceRow = (matrix: Matrix, row: number, xs: Float64Array, ys: Float64Array) => void;

const mapRow: PlaceRow = (matrix, row, xs, ys) => {
  const [a, b, c, d, e, f] = matrix;
  const x = b * row + c;
  const y = e * row + f;
  for (let column = 0; column < xs.length; column++) {
    xs[column] = a * column + x;
    ys[column] = d * column + y;
  }
};

const projectRow: PlaceRow = (matrix, row, xs, ys) => {
  mapRow(matrix, row, xs, ys);
  const [, , , , , , g, h, i] = matrix;
  const depth = h * row + i;
  for (let column = 0; column < xs.length; column++) {
    const scale = 1 / (g * column + depth);
    xs[column]! *= scale;
    ys[column]! *= scale;
  }
};

function resampleRows(from: Picture, to: Picture, how: Resampling, place: PlaceRow): void {
  const { width, height, data: source } = from;
  const { data: target, width: columns } = to;
  const xs = new Float64Array(columns);
  const ys = new Float64Array(columns);
  const plane = width * height;
  const targetPlane = columns * to.height;
  const end = how.channels * targetPlane;
  for (let row = 0; row < to.height; row++) {
    place(how.matrix, row, xs, ys);
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      const x = xs[column]!;
      const y = ys[column]!;
      // Also false for what is not a number.
      if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) {
        sampleAtEdge(from, to, how, x, y, at);
        continue;
      }
      const left = x | 0;
      const top = y | 0;
      const across = x - left;
      const down = y - top;
      for (let get = top * width + left, put = at; put < end; get += plane, put += targetPlane) {
        const first = source[get]!;
        const third = source[get + width]!;
        const upper = first + (source[get + 1]! - first) * across;
        const lower = third + (source[get + width + 1]! - third) * across;
        target[put] = upper + (lower - upper) * down;
      }
    }
  }
}

/** Beyond this many pixels a place is as good as infinitely far. */
const farAway = 1e6;

function sampleAtEdge(from: Picture, to: Picture, how: Resampling, x: number, y: number, at: number): void {
  const { channels, mode, fill } = how;
  const { width, height, data } = from;
  const inX = bounded(x);
  const inY = bounded(y);
  const left = Math.floor(inX);
  const top = Math.floor(inY);
  const x0 = indexWithin(left, width, mode);
  const x1 = indexWithin(left + 1, width, mode);
  const y0 = indexWithin(top, height, mode);
  const y1 = indexWithin(top + 1, height, mode);
  const targetPlane = to.width * to.height;
  for (let channel = 0, plane = 0; channel < channels; channel++, plane += width * height) {
    const first = x0 < 0 || y0 < 0 ? fill : data[plane + y0 * width + x0]!;
    const second = x1 < 0 || y0 < 0 ? fill : data[plane + y0 * width + x1]!;
    const third = x0 < 0 || y1 < 0 ? fill : data[plane + y1 * width + x0]!;
    const fourth = x1 < 0 || y1 < 0 ? fill : data[plane + y1 * width + x1]!;
    const upper = first + (second - first) * (inX - left);
    const lower = third + (fourth - third) * (inX - left);
    to.data[channel * targetPlane + at] = upper + (lower - upper) * (inY - top);
  }
}

function bounded(place: number): number {
  return place > -farAway && place < farAway ? place : place > 0 ? farAway : -farAway;
}

/** Mirrored or moved by whole pixels, the axes as they are. */
function isWhole([a, , c, , e, f]: Matrix): boolean {
  return Math.abs(a) === 1 && Math.abs(e) === 1 && Number.isInteger(c) && Number.isInteger(f);
}

/** Without interpolation; the numbers are those that interpolating between whole places would give. */
function copyRows(from: Picture, to: Picture, { channels, matrix, mode, fill }: Resampling): void {
  const [a, , c, , e, f] = matrix;
  const columns = Int32Array.from({ length: to.width }, (_, column) => indexWithin(a * column + c, from.width, mode));
  for (let channel = 0, put = 0; channel < channels; channel++)
    for (let row = 0; row < to.height; row++) {
      const line = indexWithin(e * row + f, from.height, mode);
      const start = (channel * from.height + line) * from.width;
      for (let column = 0; column < columns.length; column++, put++)
        to.data[put] = line < 0 || columns[column]! < 0 ? fill : from.data[start + columns[column]!]!;
    }
}
