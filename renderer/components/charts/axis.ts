// Axes: values to pixels and back, where ticks stand and what they say.
export type AxisKind = 'linear' | 'logarithmic';
/** What the numbers of an axis are. */
export type AxisUnit = 'number' | 'count' | 'duration' | 'date';

export interface Scale {
  readonly kind: AxisKind;
  readonly low: number;
  readonly high: number;
  /** NaN for what a logarithmic axis cannot show. */
  toPixel(value: number): number;
  /** Of the entries `from` to `to` of a column: `toPixel` of each, in a fraction of the time. */
  toPixels(column: Float64Array, from: number, to: number, into: Float64Array): void;
  toValue(pixel: number): number;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** `start` and `end` are the pixels of `low` and `high`. */
export function makeScale(kind: AxisKind, low: number, high: number, start: number, end: number): Scale {
  const log = kind === 'logarithmic';
  const inner = (value: number): number => (log ? (value > 0 ? Math.log10(value) : NaN) : value);
  const first = inner(low);
  const factor = (end - start) / (inner(high) - first || 1);
  return {
    kind,
    low,
    high,
    toPixel: (value) => start + (inner(value) - first) * factor,
    toPixels: (column, from, to, into) => {
      if (log) for (let at = from; at < to; at++) into[at] = start + (inner(column[at]!) - first) * factor;
      else for (let at = from; at < to; at++) into[at] = start + (column[at]! - first) * factor;
    },
    toValue: (pixel) => {
      const value = first + (pixel - start) / factor;
      return log ? 10 ** value : value;
    },
  };
}

/** Of the larger value: a narrower range would blow up roundings, and its ticks need more digits than they have room for. */
const leastRange = 0.01;

/** A range with some air; a logarithmic one is above 0. */
export function paddedRange(kind: AxisKind, low: number, high: number, air = 0.06): readonly [number, number] {
  if (kind === 'logarithmic') {
    const room = (high / low) ** air;
    return high > low ? [low / room, high * room] : [low / 2, high * 2];
  }
  const least = Math.max(Math.abs(low), Math.abs(high)) * leastRange;
  const room = high > low ? (high - low) * air + Math.max(0, least - (high - low)) / 2 : Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}

/** About `count` ticks at round values. */
export function ticksOf({ kind, low, high }: Scale, count: number, unit: AxisUnit = 'number'): Tick[] {
  if (!(high > low)) return [];
  if (kind === 'logarithmic') {
    const ticks = logarithmicTicks(low, high, count);
    // Within a decade there may be none at 1, 2, 5.
    if (ticks.length > 1) return ticks;
  }
  const step = stepFor((high - low) / Math.max(1, count), unit);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const largest = Math.max(Math.abs(first), Math.abs(last)) * step;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    // A multiple, not a sum: sums drift.
    const value = (first + index) * step;
    return { value, label: tickLabel(value, step, unit, largest) };
  });
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const durations = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * day),
];

function stepFor(about: number, unit: AxisUnit): number {
  if (unit === 'duration' || unit === 'date')
    return durations.find((step) => step >= about) ?? rounded(about / day) * day;
  return unit === 'count' ? Math.max(1, rounded(about)) : rounded(about);
}

/** The nearest of 1, 2, 5 times a power of ten, by ratio. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const share = value / power;
  return power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
}

function logarithmicTicks(low: number, high: number, count: number): Tick[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const every = Math.max(1, Math.ceil((last - first) / count));
  const factors = last - first <= 1 ? [1, 2, 3, 5, 7] : last - first <= 3 ? [1, 2, 5] : [1];
  const ticks: Tick[] = [];
  for (let power = first; power <= last; power += every)
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= low * 0.999999 && value <= high * 1.000001)
        ticks.push({ value, label: shortNumber(value, 10 ** power) });
    }
  return ticks;
}

/** The labels of an axis are written in one way, which its largest value decides. */
function tickLabel(value: number, step: number, unit: AxisUnit, largest: number): string {
  if (unit === 'duration') return formatDuration(value);
  if (unit === 'date') return formatDate(value, step);
  return Math.abs(value) < step * 1e-6 ? '0' : shortNumber(value, step, largest < 1e-3);
}

/** As short as the distance to the next tick allows: `12k`, `0.004`, `3e−7`. */
export function shortNumber(
  value: number,
  step = Math.abs(value) / 1000,
  exponential = Math.abs(value) < 0.9999e-4,
): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e15 || exponential) return withMinus(value.toExponential(Math.max(0, digitsBetween(value, step))));
  for (const [limit, suffix] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const)
    if (size >= limit) {
      const unit = suffix === 'k' ? 1e3 : limit;
      return withMinus(`${trimmed((value / unit).toFixed(decimalsFor(step / unit)))}${suffix}`);
    }
  return withMinus(trimmed(value.toFixed(decimalsFor(step))));
}

function digitsBetween(value: number, step: number): number {
  return Math.min(3, Math.round(Math.log10(Math.abs(value) / step)) || 0);
}

function decimalsFor(step: number): number {
  return Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function withMinus(text: string): string {
  return text.replaceAll('-', '−');
}

/** A value as one reads it: six significant digits, NaN and infinities by name. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return withMinus(value.toLocaleString('en'));
  if (size >= 1e7 || size < 1e-4) return withMinus(value.toExponential(4));
  return withMinus(trimmed(value.toPrecision(6)));
}

/** Milliseconds as `1 h 12 min`, `3.4 s`: two units at most. */
export function formatDuration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const sign = milliseconds < 0 ? '−' : '';
  if (size < second) return `${sign}${trimmed(size.toFixed(size < 10 ? 1 : 0))} ms`;
  if (size < minute) return `${sign}${trimmed((size / second).toFixed(size < 10 * second ? 1 : 0))} s`;
  for (const [unit, name, part, partName] of [
    [day, 'd', hour, 'h'],
    [hour, 'h', minute, 'min'],
    [minute, 'min', second, 's'],
  ] as const)
    if (size >= unit) {
      const whole = Math.floor(size / unit);
      const rest = Math.floor((size % unit) / part);
      return `${sign}${whole} ${name}${rest > 0 ? ` ${rest} ${partName}` : ''}`;
    }
  return '';
}

function formatDate(value: number, step: number): string {
  const date = new Date(value);
  if (step >= day) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const withSeconds = step < minute;
  return date.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' }),
  });
}
