// Projective maps of the plane as 3×3 matrices: from a place in the picture that is made to one in the picture it is made from.

/** Row-major; maps (x, y, 1), pixel centres being whole numbers. */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const identity: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** First `b`, then `a`. */
export function product(a: Matrix, b: Matrix): Matrix {
  const [a0, a1, a2, a3, a4, a5, a6, a7, a8] = a;
  const [b0, b1, b2, b3, b4, b5, b6, b7, b8] = b;
  return [
    a0 * b0 + a1 * b3 + a2 * b6,
    a0 * b1 + a1 * b4 + a2 * b7,
    a0 * b2 + a1 * b5 + a2 * b8,
    a3 * b0 + a4 * b3 + a5 * b6,
    a3 * b1 + a4 * b4 + a5 * b7,
    a3 * b2 + a4 * b5 + a5 * b8,
    a6 * b0 + a7 * b3 + a8 * b6,
    a6 * b1 + a7 * b4 + a8 * b7,
    a6 * b2 + a7 * b5 + a8 * b8,
  ];
}

export function translation(x: number, y: number): Matrix {
  return [1, 0, x, 0, 1, y, 0, 0, 1];
}

/** The linear map [[a, b], [c, d]] about the middle of a picture. */
export function aboutCentre({ width, height }: Size, a: number, b: number, c: number, d: number): Matrix {
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  return [a, b, x - a * x - b * y, c, d, y - c * x - d * y, 0, 0, 1];
}

/** The rectangle of `from` with its corner at (left, top) stretched over all of `to`. */
export function stretch(from: Size, to: Size, left = 0, top = 0): Matrix {
  const [x, y] = [from.width / to.width, from.height / to.height];
  return [x, 0, left + (x - 1) / 2, 0, y, top + (y - 1) / 2, 0, 0, 1];
}

export type Corners = readonly [
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
];

/**
 * Maps the corners of a picture (clockwise from the upper left) to the given ones (Heckbert, «Fundamentals of texture
 * mapping and image warping», 1989, §2.2.3).
 */
export function cornersTo({ width, height }: Size, [x0, y0, x1, y1, x2, y2, x3, y3]: Corners): Matrix {
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  const unit: Matrix = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
  const [across, down] = [1 / Math.max(1, width - 1), 1 / Math.max(1, height - 1)];
  return product(unit, [across, 0, 0, 0, down, 0, 0, 0, 1]);
}
