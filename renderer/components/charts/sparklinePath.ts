// The path of a sparkline: values at equal distances, as high as the picture; gaps where a value is not finite.
export function sparklinePath(values: ArrayLike<number>, width: number, height: number): string {
  const numbers = Array.from(values);
  const finite = numbers.filter(Number.isFinite);
  if (finite.length === 0) return '';
  const low = finite.reduce((least, value) => Math.min(least, value));
  const high = finite.reduce((greatest, value) => Math.max(greatest, value));
  const inner = height - 3;
  const stepWidth = numbers.length > 1 ? (width - 2) / (numbers.length - 1) : 0;
  let isDown = false;
  return numbers
    .map((value, index) => {
      const starts = !isDown;
      isDown = Number.isFinite(value);
      if (!isDown) return '';
      const y = high > low ? 1.5 + inner * (1 - (value - low) / (high - low)) : height / 2;
      return `${starts ? 'M' : 'L'}${(1 + index * stepWidth).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
