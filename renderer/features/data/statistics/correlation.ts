// Pearson's correlation of columns, over the rows in which both have a value.

export interface CorrelationMatrix {
  readonly names: readonly string[];
  /** Row by row, −1 to 1; NaN where a column does not vary. */
  readonly values: Float64Array;
  readonly rows: number;
}

/** r = Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)² Σ(y−ȳ)²); NaN with fewer than two rows or without variation. */
export function pearson(one: Float64Array, other: Float64Array): number {
  let [count, meanOne, meanOther] = [0, 0, 0];
  let [varianceOne, varianceOther, covariance] = [0, 0, 0];
  for (let row = 0; row < one.length; row++) {
    const [x, y] = [one[row]!, other[row]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    count++;
    // Welford's update: sums of squares of large numbers would lose their digits.
    const [dx, dy] = [x - meanOne, y - meanOther];
    meanOne += dx / count;
    meanOther += dy / count;
    varianceOne += dx * (x - meanOne);
    varianceOther += dy * (y - meanOther);
    covariance += dx * (y - meanOther);
  }
  const scale = Math.sqrt(varianceOne * varianceOther);
  return count < 2 || scale === 0 ? NaN : Math.max(-1, Math.min(1, covariance / scale));
}

export function correlate(
  columns: readonly { readonly name: string; readonly values: Float64Array }[],
): CorrelationMatrix {
  const size = columns.length;
  const values = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = row; column < size; column++) {
      const r = row === column ? 1 : pearson(columns[row]!.values, columns[column]!.values);
      values[row * size + column] = values[column * size + row] = r;
    }
  return { names: columns.map(({ name }) => name), values, rows: columns[0]?.values.length ?? 0 };
}

export interface Pair {
  readonly one: string;
  readonly other: string;
  readonly r: number;
}

/** Pairs of different columns, the strongest first, whatever the sign. */
export function strongestPairs({ names, values }: CorrelationMatrix, most: number): Pair[] {
  const pairs: Pair[] = [];
  names.forEach((one, row) =>
    names.slice(row + 1).forEach((other, offset) => {
      const r = values[row * names.length + row + 1 + offset]!;
      if (!Number.isNaN(r)) pairs.push({ one, other, r });
    }),
  );
  return pairs.sort((a, b) => Math.abs(b.r) - Math.abs(a.r)).slice(0, most);
}
