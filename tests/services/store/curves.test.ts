// Curves for pictures: every stretch equals what brute force finds between its ends, at every level of zoom.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { uniforms } from '../../../engine/random/fields.js';
import { Database } from '../../../main/store/database.js';
import { CurveReader, type CurveColumns, type CurveQuery } from '../../../main/store/curveReader.js';
import { MetricWriter, removeMetricsAfter } from '../../../main/store/metricWriter.js';
import { RunStore } from '../../../main/store/runStore.js';
import { newRun } from './newRun.js';
import { temporaryFolder } from './temporaryFolder.js';

interface Point {
  readonly step: number;
  readonly time: number;
  readonly value: number;
}

const count = 70_000;
const noise = uniforms({ seed: 3, purpose: 'noise' }, count);
const points: readonly Point[] = Array.from({ length: count }, (_, index) => ({
  step: index + 1,
  time: 1000 * (index + 1),
  value: index === 41_234 ? 77 : index % 977 === 3 ? NaN : Math.sin(index / 900) + noise[index]!,
}));

function written(folder: string): { database: Database; reader: CurveReader; run: string } {
  const database = Database.open(join(folder, 'descent.sqlite'));
  const run = new RunStore(database).create(newRun);
  const writer = new MetricWriter(database, run);
  for (const point of points) writer.addAt('loss', point);
  writer.close();
  return { database, reader: new CurveReader(database), run };
}

const folder = mkdtempSync(join(tmpdir(), 'descent-curves-'));
const shared = written(folder);
afterAll(() => {
  shared.database.close();
  rmSync(folder, { recursive: true, force: true });
});
const read = (query: CurveQuery): CurveColumns => shared.reader.read(shared.run, 'loss', query);

/** The same by looking at every point; stretches end at the steps that the reader gave. */
function bruteForce(curve: CurveColumns, { from = 0, to = Infinity }: CurveQuery): Omit<CurveColumns, 'points'> {
  const before = points.findLast(({ step }) => step < from);
  const after = points.find(({ step }) => step > to);
  const ends = [...curve.steps];
  const parts = ends.map((end, index) => {
    const start = ends[index - 1] ?? -Infinity;
    if (end < from) return [before!];
    if (end > to) return [after!];
    return points.filter(({ step }) => step > start && step <= end && step >= from);
  });
  const column = (pick: (part: readonly Point[]) => number): Float64Array => Float64Array.from(parts, pick);
  const finite = (part: readonly Point[]): number[] => part.map(({ value }) => value).filter(Number.isFinite);
  const extreme = (choose: (...values: number[]) => number) => (part: readonly Point[]) =>
    finite(part).length > 0 ? choose(...finite(part)) : NaN;
  return {
    steps: column((part) => part.at(-1)!.step),
    times: column((part) => part.at(-1)!.time),
    values: column((part) => part.at(-1)!.value),
    min: column(extreme(Math.min)),
    max: column(extreme(Math.max)),
  };
}

describe('Curves', () => {
  test.each<[string, CurveQuery]>([
    ['whole, coarse', { width: 40 }],
    ['whole, fine', { width: 1500 }],
    ['a range between chunks', { width: 300, from: 10_000, to: 42_000 }],
    ['a range of few points', { width: 500, from: 41_200, to: 41_300 }],
    ['a range that begins and ends within chunks', { width: 100, from: 1500, to: 60_001 }],
    ['on a logarithmic axis', { width: 200, scale: 'logarithmic' }],
  ])('%s: stretches are as many as columns and equal brute force', (_, query) => {
    const curve = read(query);
    expect(curve.steps.length).toBeLessThanOrEqual(2 * query.width + 2);
    const { points: held, ...columns } = curve;
    expect(columns).toEqual(bruteForce(curve, query));
    const inRange = points.filter(({ step }) => step >= (query.from ?? 0) && step <= (query.to ?? Infinity));
    expect(held).toBe(inRange.length);
    expect(curve.steps.at(-1)).toBeGreaterThanOrEqual(inRange.at(-1)!.step);
  });

  test('far out, the one point that sticks out is still there', () => {
    expect(Math.max(...read({ width: 10 }).max)).toBe(77);
  });

  test('close in, one point beyond each end is given, so that lines reach the edge', () => {
    const { steps, points: held } = read({ width: 100, from: 500.5, to: 503.5 });
    expect([...steps]).toEqual([500, 501, 502, 503, 504]);
    expect(held).toBe(3);
  });

  test('between two points, both neighbours are given', () => {
    expect([...read({ width: 100, from: 500.2, to: 500.8 }).steps]).toEqual([500, 501]);
  });

  test('a logarithmic axis gets more detail where it is stretched', () => {
    const steps = read({ width: 100, scale: 'logarithmic' }).steps;
    expect([...steps.slice(0, 3)]).toEqual([1, 2, 3]);
    expect(steps.filter((step) => step <= 100).length).toBeGreaterThan(25);
  });

  test('what was computed for a picture is not used again when the points are others', () => {
    const { database, reader, run } = written(temporaryFolder());
    const before = reader.read(run, 'loss', { width: 20 });
    removeMetricsAfter(database, run, 30_000);
    new RunStore(database).update(run, { step: 30_000 });
    const again = new MetricWriter(database, run);
    for (let step = 30_001; step <= count; step++) again.addAt('loss', { step, time: step, value: -5 });
    again.close();
    const after = reader.read(run, 'loss', { width: 20 });
    expect(after.min.at(-1)).toBe(-5);
    expect(after.max.at(-1)).toBe(-5);
    expect(after.max[0]).toBe(before.max[0]);
    database.close();
  });

  test('chunks of an earlier version, which do not tell their last time, make the same picture', () => {
    const { database, run } = written(temporaryFolder());
    const query = { width: 20 };
    const told = new CurveReader(database).read(run, 'loss', query);
    expect(database.run('UPDATE chunk SET last_time = NULL')).toBeGreaterThan(0);
    expect(new CurveReader(database).read(run, 'loss', query)).toEqual(told);
    database.close();
  });

  test('a series that nobody wrote has no points', () => {
    expect(shared.reader.read(shared.run, 'nothing', { width: 10 }).steps).toHaveLength(0);
  });
});
