// Appends metrics of one run: collected in memory, written at most every half second, in one transaction each time.
import { blob, type Database } from './database.js';
import { chunkCapacity, decodeChunk, encodeChunk, pointsOf, summariseChunk, type MetricPoint } from './metricChunk.js';

/** Milliseconds that points wait at most. */
export const flushInterval = 500;

interface Series {
  readonly id: number;
  /** Number of the chunk that is being filled. */
  number: number;
  /** Its points: those written already and those that wait. */
  points: MetricPoint[];
  dirty: boolean;
}

export class MetricWriter {
  private readonly series = new Map<string, Series>();
  private timer: NodeJS.Timeout | undefined;
  private lastFlush: number;
  private failure: Error | undefined;

  constructor(
    private readonly database: Database,
    private readonly run: string,
    private readonly now: () => number = Date.now,
  ) {
    this.lastFlush = now();
  }

  /**
   * Adds a point. Steps of a series should not fall; see {@link removeMetricsAfter} for going back to a checkpoint.
   * @throws EngineError `store.diskFull` and others when writing fails, now or since the last call; the points are kept
   * and written by the next flush that succeeds.
   */
  add(name: string, step: number, value: number): void {
    this.addAt(name, { step, time: this.now(), value });
  }

  /** {@link add} for a point that was measured at another time. */
  addAt(name: string, point: MetricPoint): void {
    const series = this.seriesOf(name);
    series.points.push(point);
    series.dirty = true;
    // A busy loop starves timers, so the clock is looked at here, too.
    if (this.now() - this.lastFlush >= flushInterval) this.flush();
    else this.timer ??= setTimeout(() => this.flushLater(), flushInterval);
    this.throwFailure();
  }

  /** Writes what waits. @throws EngineError `store.diskFull` and others */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lastFlush = this.now();
    const dirty = [...this.series.values()].filter((series) => series.dirty);
    if (dirty.length > 0) this.database.transaction(() => dirty.forEach((series) => this.write(series)));
    for (const series of dirty) dropFullChunks(series);
    this.failure = undefined;
  }

  /** Writes what waits and ends. */
  close(): void {
    this.flush();
  }

  private flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      // There is nobody to catch it here: the next call of the owner gets it.
      this.failure = error as Error;
    }
  }

  private throwFailure(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
  }

  /** Writes the chunk being filled anew, and those that came after it. Memory changes only after the commit. */
  private write(series: Series): void {
    for (let start = 0; start < series.points.length; start += chunkCapacity) {
      const points = series.points.slice(start, start + chunkCapacity);
      const { points: count, firstStep, lastStep, lastTime, min, max, last } = summariseChunk(points);
      this.database.run(
        `INSERT OR REPLACE INTO chunk (series, number, points, first_step, last_step, last_time, min, max, last, columns)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[series.id, series.number + start / chunkCapacity, count, firstStep, lastStep, lastTime],
        ...[min, max, last, encodeChunk(points)],
      );
    }
  }

  private seriesOf(name: string): Series {
    let series = this.series.get(name);
    if (!series) this.series.set(name, (series = openSeries(this.database, this.run, name)));
    return series;
  }
}

function dropFullChunks(series: Series): void {
  const full = Math.floor(series.points.length / chunkCapacity);
  series.points = series.points.slice(full * chunkCapacity);
  series.number += full;
  series.dirty = false;
}

/** Continues the last chunk of a series that exists already. */
function openSeries(database: Database, run: string, name: string): Series {
  return database.transaction(() => {
    database.run('INSERT OR IGNORE INTO series (run, name) VALUES (?, ?)', run, name);
    const id = Number(database.get('SELECT id FROM series WHERE run = ? AND name = ?', run, name)!.id);
    const tail = database.get('SELECT number, columns FROM chunk WHERE series = ? ORDER BY number DESC LIMIT 1', id);
    if (!tail) return { id, number: 0, points: [], dirty: false };
    const points = pointsOf(decodeChunk(blob(tail.columns)));
    const series: Series = { id, number: Number(tail.number), points, dirty: false };
    dropFullChunks(series);
    return series;
  });
}

/** Removes the points after `step`: a run that continues from a checkpoint does these steps again. */
export function removeMetricsAfter(database: Database, run: string, step: number): void {
  database.transaction(() => {
    database.run(
      'DELETE FROM chunk WHERE first_step > ? AND series IN (SELECT id FROM series WHERE run = ?)',
      step,
      run,
    );
    const cut = database.all(
      `SELECT series, number, columns FROM chunk
       WHERE last_step > ? AND series IN (SELECT id FROM series WHERE run = ?)`,
      step,
      run,
    );
    for (const row of cut) cutChunk(database, Number(row.series), Number(row.number), blob(row.columns), step);
  });
}

function cutChunk(database: Database, series: number, number: number, columns: ArrayBuffer, step: number): void {
  const points = pointsOf(decodeChunk(columns)).filter((point) => point.step <= step);
  const { points: count, lastStep, lastTime, min, max, last } = summariseChunk(points);
  database.run(
    `UPDATE chunk SET points = ?, last_step = ?, last_time = ?, min = ?, max = ?, last = ?, columns = ?
     WHERE series = ? AND number = ?`,
    ...[count, lastStep, lastTime, min, max, last, encodeChunk(points), series, number],
  );
}
