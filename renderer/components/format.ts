// Numbers for people: sizes, counts, durations, figures of metrics. One way each, everywhere.
import { presentTime } from './presentTime.js';

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three significant digits: `47.2 MB`. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(Math.round(value)) : significant(value)} ${byteUnits[unit]!}`;
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** `1.23 M`, `12.3 G`: for parameters and operations. */
export function formatLarge(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T', ' P'];
  let unit = 0;
  let rest = value;
  while (Math.abs(rest) >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return unit === 0 ? String(Math.round(rest)) : `${significant(rest)}${units[unit]!}`;
}

/** `850 ms`, `12.4 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h` */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** A metric with about four digits: `0.9713`, `12.3`, `3.2e-5`; `–` where there is none. */
export function formatMetric(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return size >= 1000 ? formatCount(value) : String(Number(value.toPrecision(4)));
}

/** `98.4 %` */
export function formatShare(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** How long ago, or the date: `now`, `5 min ago`, `yesterday 14:05`, `3 Nov 14:05`. Where it is shown it goes on by itself. */
export function formatTime(iso: string, now: number = presentTime()): string {
  const time = new Date(iso);
  const seconds = (now - time.getTime()) / 1000;
  if (seconds < 60) return 'now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  const clock = time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const days = Math.floor(startOfDay(now) - startOfDay(time.getTime())) / 86_400_000;
  if (days < 1) return `today ${clock}`;
  if (days < 2) return `yesterday ${clock}`;
  const sameYear = new Date(now).getFullYear() === time.getFullYear();
  return `${time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(!sameYear && { year: 'numeric' }) })} ${clock}`;
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** `28 × 28 × 1` */
export function formatShape(shape: readonly (number | string)[]): string {
  return shape.length === 0 ? '1' : shape.join(' × ');
}

function significant(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
