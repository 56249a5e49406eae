// A series as the path of a line in a box; where there is no number, the line has a gap.

export interface LinePath {
  /** SVG path data. */
  readonly path: string;
  readonly least: number;
  readonly greatest: number;
}

export function linePath(values: Float64Array, width: number, height: number): LinePath {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values)
    if (Number.isFinite(value)) [least, greatest] = [Math.min(least, value), Math.max(greatest, value)];
  if (least > greatest) return { path: '', least: NaN, greatest: NaN };
  const range = greatest - least || 1;
  // The line's own width stays inside.
  const y = (value: number): string => (1 + (1 - (value - least) / range) * (height - 2)).toFixed(1);
  const x = (index: number): string => ((index / Math.max(1, values.length - 1)) * width).toFixed(1);
  const parts: string[] = [];
  let isDrawing = false;
  values.forEach((value, index) => {
    const isNumber = Number.isFinite(value);
    if (isNumber) parts.push(`${isDrawing ? 'L' : 'M'}${x(index)} ${y(value)}`);
    isDrawing = isNumber;
  });
  return { path: parts.join(''), least, greatest };
}
