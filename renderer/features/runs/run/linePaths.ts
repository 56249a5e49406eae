// Rows of numbers as lines of a picture of 240 × 80, all on one scale.
const [width, height] = [240, 80];

export function linePaths(rows: readonly Float32Array[]): string[] {
  let [least, most] = [Infinity, -Infinity];
  for (const row of rows)
    for (const value of row) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  const reach = most > least ? most - least : 1;
  return rows.map((row) =>
    Array.from(row, (value, at) => {
      const x = row.length > 1 ? (at / (row.length - 1)) * width : 0;
      const y = height - 2 - ((value - least) / reach) * (height - 4);
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join(''),
  );
}
