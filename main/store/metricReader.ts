// Reads metrics at the resolution that is asked for: far out from the chunks' summaries alone, close in from their points.
import { blob, text, type Database, type Row } from './database.js';
import { decodeChunk } from './metricChunk.js';

/** A stretch of a curve. */
export interface MetricBucket {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly points: number;
  /** Of the finite values; null when there are none. */
  readonly min: number | null;
  readonly max: number | null;
}

export interface StepRange {
  readonly from: number;
  /** Included. */
  readonly to: number;
}

const everything: StepRange = { from: 0, to: Number.MAX_SAFE_INTEGER };

export function seriesNames(database: Database, run: string): string[] {
  return database.all('SELECT name FROM series WHERE run = ? ORDER BY name', run).map((row) => text(row.name));
}

/** Every point in the range, in order. */
export function readMetric(
  database: Database,
  run: string,
  name: string,
  range: StepRange = everything,
): { step: number; value: number; time: number }[] {
  return chunksIn(database, run, name, range, true).flatMap((row) => {
    const { steps, values, times } = decodeChunk(blob(row.columns));
    return Array.from(steps, (step, index) => ({ step, value: values[index]!, time: times[index]! })).filter(
      ({ step }) => step >= range.from && step <= range.to,
    );
  });
}

/**
 * At most `count` stretches that cover the range: each with the least and greatest value, so that no spike is lost.
 * Beyond two chunks a stretch the points are not touched.
 */
export function readBuckets(
  database: Database,
  run: string,
  name: string,
  count: number,
  range: StepRange = everything,
): MetricBucket[] {
  const total = chunkCount(database, run, name, range);
  if (total >= 2 * count) return merge(chunksIn(database, run, name, range, false).map(summaryOf), count);
  return merge(pointBuckets(chunksIn(database, run, name, range, true), range), count);
}

const condition = `series.run = ? AND series.name = ? AND chunk.last_step >= ? AND chunk.first_step <= ? AND chunk.points > 0`;

function chunkCount(database: Database, run: string, name: string, { from, to }: StepRange): number {
  const sql = `SELECT count(*) AS total FROM chunk JOIN series ON series.id = chunk.series WHERE ${condition}`;
  return Number(database.get(sql, run, name, from, to)!.total);
}

function chunksIn(database: Database, run: string, name: string, { from, to }: StepRange, columns: boolean): Row[] {
  const chosen = `first_step, last_step, points, min, max${columns ? ', columns' : ''}`;
  const sql = `SELECT ${chosen} FROM chunk JOIN series ON series.id = chunk.series WHERE ${condition} ORDER BY number`;
  return database.all(sql, run, name, from, to);
}

function summaryOf(row: Row): MetricBucket {
  return {
    firstStep: Number(row.first_step),
    lastStep: Number(row.last_step),
    points: Number(row.points),
    min: row.min as number | null,
    max: row.max as number | null,
  };
}

function pointBuckets(rows: readonly Row[], { from, to }: StepRange): MetricBucket[] {
  const buckets: MetricBucket[] = [];
  for (const row of rows) {
    const { steps, values } = decodeChunk(blob(row.columns));
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      if (step < from || step > to) continue;
      const value = Number.isFinite(values[index]) ? values[index]! : null;
      buckets.push({ firstStep: step, lastStep: step, points: 1, min: value, max: value });
    }
  }
  return buckets;
}

/** Joins neighbours evenly until at most `count` are left. */
function merge(parts: readonly MetricBucket[], count: number): MetricBucket[] {
  if (parts.length <= count) return [...parts];
  const merged: MetricBucket[] = [];
  for (let index = 0; index < count; index++) {
    const start = Math.floor((index * parts.length) / count);
    const end = Math.floor(((index + 1) * parts.length) / count);
    merged.push(parts.slice(start, end).reduce(join));
  }
  return merged;
}

function join(left: MetricBucket, right: MetricBucket): MetricBucket {
  return {
    firstStep: left.firstStep,
    lastStep: right.lastStep,
    points: left.points + right.points,
    min: least(left.min, right.min, Math.min),
    max: least(left.max, right.max, Math.max),
  };
}

/** The lesser (or greater) of two values, either of which may be missing. */
function least(left: number | null, right: number | null, choose: (a: number, b: number) => number): number | null {
  if (left === null) return right;
  return right === null ? left : choose(left, right);
}
