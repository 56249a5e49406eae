// Numbers as people read them.
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLarge,
  formatMetric,
  formatShare,
  formatTime,
} from '../../renderer/components/format.js';

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [47_200_000, '47.2 MB'],
    [999_600, '1.00 MB'],
    [5e15, '5000 TB'],
  ])('%d bytes: %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [12, '12'],
    [1234, '1.23 k'],
    [272_474, '272 k'],
    [999_900, '1.00 M'],
    [4.1e10, '41.0 G'],
  ])('%d parameters: %s', (value, text) => expect(formatLarge(value)).toBe(text));

  it.each([
    [0.0123, '12 ms'],
    [2.34, '2.3 s'],
    [59, '59 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 05 min'],
    [273_600, '3 d 4 h'],
    [Infinity, '–'],
  ])('%d seconds: %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it.each([
    [0.97134567, '0.9713'],
    [12.3456, '12.35'],
    [0.0000321, '3.21e-5'],
    [1_234_567, '1.23e+6'],
    [12_345.6, '12,346'],
    [0, '0'],
    [null, '–'],
    [NaN, '–'],
    [-Infinity, '−∞'],
  ])('a metric of %d: %s', (value, text) => expect(formatMetric(value)).toBe(text));

  it('shares and counts', () => {
    expect(formatShare(0.9837)).toBe('98.4 %');
    expect(formatCount(1234567)).toBe('1,234,567');
  });

  it('times: how long ago, then the day', () => {
    const now = new Date(2026, 10, 21, 15, 0).getTime();
    const at = (...parts: [number, number, number, number, number]): string =>
      formatTime(new Date(...parts).toISOString(), now);
    expect(at(2026, 10, 21, 14, 55)).toBe('5 min ago');
    expect(at(2026, 10, 21, 9, 5)).toBe('today 09:05');
    expect(at(2026, 10, 20, 23, 59)).toBe('yesterday 23:59');
    expect(at(2026, 10, 3, 14, 5)).toBe('3 Nov 14:05');
    expect(at(2025, 10, 3, 14, 5)).toBe('3 Nov 2025 14:05');
  });
});
