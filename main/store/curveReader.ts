// Reads curves for pictures: columns from the store to the window, at the picture's resolution, no spike lost.
// Three levels: whole chunks, groups of 16 points (kept in memory once computed), single points.
import { blob, type Database, type Row } from './database.js';
import { decodeChunk, type ChunkColumns } from './metricChunk.js';
import { RecentlyUsed } from './recentlyUsed.js';

/** Arrays of equal length, one entry a stretch of points; where the picture is fine enough a stretch is one point. */
export interface CurveColumns {
  /** Points of the series in the range. */
  readonly points: number;
  /** Of the last point of each stretch. */
  readonly steps: Float64Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** As logged: not finite where that was logged. */
  readonly values: Float64Array;
  /** Of the finite values of a stretch; NaN where there are none. */
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export interface CurveQuery {
  /** About how many stretches are wanted: columns of pixels. */
  readonly width: number;
  /** Steps, both included; left out: from the first, to the last. One point beyond each end comes too, so that lines reach it. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** How steps lie along the picture. */
  readonly scale?: 'linear' | 'logarithmic' | undefined;
}

const groupSize = 16;
/** About 3 KB each. */
const keptGroups = 20_000;
/** About 24 KB each: those at the ends of what is looked at, and all of them in a close look at many curves. */
const keptChunks = 1000;
const keptOutlines = 2000;

interface ChunkHead {
  readonly number: number;
  readonly points: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  /** NaN where it is not finite. */
  readonly lastValue: number;
  /** Undefined in chunks of an older version. */
  readonly lastTime: number | undefined;
  /** Changes with the content. */
  readonly mark: string;
}

/** The chunks of a series as they were when its run had changed for the `change`-th time. */
interface Outline {
  readonly change: number;
  readonly heads: readonly ChunkHead[];
}

/** A chunk in groups of 16 points; the last group may be smaller. */
interface Groups {
  readonly mark: string;
  readonly steps: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

interface Chunk {
  readonly mark: string;
  readonly columns: ChunkColumns;
}

export class CurveReader {
  /** By series and chunk. */
  private readonly groups = new RecentlyUsed<string, Groups>(keptGroups);
  private readonly chunks = new RecentlyUsed<string, Chunk>(keptChunks);
  /** By series. */
  private readonly outlines = new RecentlyUsed<number, Outline>(keptOutlines);

  constructor(private readonly database: Database) {}

  /** A series that does not exist has no points. */
  read(run: string, name: string, query: CurveQuery): CurveColumns {
    const series = this.database.get(
      `SELECT series.id, run_change.number AS change FROM series LEFT JOIN run_change ON run_change.run = series.run
       WHERE series.run = ? AND name = ?`,
      ...[run, name],
    );
    if (!series) return new Stretches(0).finish(0);
    const id = Number(series.id);
    const heads = this.headsOf(id, Number(series.change));
    if (heads.length === 0) return new Stretches(0).finish(0);
    return new CurveReading(heads, query, {
      decode: (head) => this.decode(id, head),
      group: (head) => this.groupsOf(id, head),
    }).read();
  }

  /**
   * Points are appended; only a run that continues from a checkpoint removes some, and that changes its record. So of a series
   * whose run has not changed the last known chunk and those after it are read again, all others are as they were.
   */
  private headsOf(series: number, change: number): readonly ChunkHead[] {
    const known = this.outlines.get(series);
    const last = known?.change === change ? known.heads.at(-1) : undefined;
    const tail = this.readHeads(series, last?.number ?? 0);
    const goesOn = last !== undefined && tail[0]?.number === last.number && tail[0].points >= last.points;
    const heads = !last ? tail : goesOn ? joined(known!.heads, tail) : this.readHeads(series, 0);
    this.outlines.set(series, { change, heads });
    return heads;
  }

  private readHeads(series: number, from: number): ChunkHead[] {
    const sql = `SELECT number, points, first_step, last_step, min, max, last, last_time FROM chunk
      WHERE series = ? AND number >= ? AND points > 0 ORDER BY number`;
    return this.database.all(sql, series, from).map(headOf);
  }

  private decode(series: number, { number, mark }: ChunkHead): ChunkColumns {
    const key = `${series}/${number}`;
    const known = this.chunks.get(key);
    if (known?.mark === mark) return known.columns;
    const row = this.database.get('SELECT columns FROM chunk WHERE series = ? AND number = ?', series, number);
    const columns = row ? decodeChunk(blob(row.columns)) : empty;
    this.chunks.set(key, { mark, columns });
    return columns;
  }

  private groupsOf(series: number, head: ChunkHead): Groups {
    const key = `${series}/${head.number}`;
    const known = this.groups.get(key);
    if (known?.mark === head.mark) return known;
    const row = this.database.get('SELECT columns FROM chunk WHERE series = ? AND number = ?', series, head.number);
    const groups = groupPoints(row ? decodeChunk(blob(row.columns)) : empty, head.mark);
    this.groups.set(key, groups);
    return groups;
  }
}

const empty: ChunkColumns = { steps: new Float64Array(), values: new Float64Array(), times: new Float64Array() };

/** The tail begins with the last of the known ones. */
function joined(known: readonly ChunkHead[], tail: readonly ChunkHead[]): readonly ChunkHead[] {
  return tail.length === 1 && tail[0]!.mark === known.at(-1)!.mark ? known : [...known.slice(0, -1), ...tail];
}

function headOf(row: Row): ChunkHead {
  return {
    number: Number(row.number),
    points: Number(row.points),
    first: Number(row.first_step),
    last: Number(row.last_step),
    min: row.min === null ? NaN : Number(row.min),
    max: row.max === null ? NaN : Number(row.max),
    lastValue: row.last === null ? NaN : Number(row.last),
    lastTime: row.last_time === null ? undefined : Number(row.last_time),
    mark: `${Number(row.points)} ${Number(row.first_step)} ${Number(row.last_step)} ${Number(row.min)} ${Number(row.max)} ${Number(row.last)}`,
  };
}

function groupPoints({ steps, times, values }: ChunkColumns, mark: string): Groups {
  const count = Math.ceil(steps.length / groupSize);
  const ends = Int32Array.from({ length: count }, (_, group) => Math.min((group + 1) * groupSize, steps.length) - 1);
  const min = new Float64Array(count).fill(NaN);
  const max = new Float64Array(count).fill(NaN);
  for (let point = 0; point < values.length; point++) {
    const value = values[point]!;
    if (!Number.isFinite(value)) continue;
    const group = (point / groupSize) | 0;
    // Comparisons with NaN are false, so the first finite value passes both.
    if (!(min[group]! <= value)) min[group] = value;
    if (!(max[group]! >= value)) max[group] = value;
  }
  const at = (column: Float64Array): Float64Array => {
    const picked = new Float64Array(count);
    for (let group = 0; group < count; group++) picked[group] = column[ends[group]!]!;
    return picked;
  };
  return { mark, steps: at(steps), times: at(times), values: at(values), min, max };
}

interface ChunkSource {
  decode(head: ChunkHead): ChunkColumns;
  group(head: ChunkHead): Groups;
}

/** One query over one series. */
class CurveReading {
  private readonly from: number;
  private readonly to: number;
  private readonly inside: readonly ChunkHead[];
  /** Where a step lies in the picture, in columns. */
  private readonly columnOf: (step: number) => number;
  private readonly stretches: Stretches;
  private readonly everyPoint: boolean;
  private points = 0;

  constructor(
    private readonly heads: readonly ChunkHead[],
    { width, from, to, scale }: CurveQuery,
    private readonly source: ChunkSource,
  ) {
    this.from = Math.max(from ?? -Infinity, heads[0]!.first);
    this.to = Math.min(to ?? Infinity, heads.at(-1)!.last);
    this.inside = heads.filter(({ first, last }) => last >= this.from && first <= this.to);
    const most = this.inside.reduce((sum, head) => sum + head.points, 0);
    const expected = most * Math.min(1, this.share());
    // Some room above the width, so that a picture of one point a column keeps every point.
    this.everyPoint = expected <= 2 * width;
    this.columnOf = columnScale(this.from, this.to, width, scale ?? 'linear');
    this.stretches = new Stretches(this.everyPoint ? most + 2 : 2 * width + 4);
  }

  read(): CurveColumns {
    this.addBefore();
    for (const head of this.inside) this.addChunk(head);
    this.addAfter();
    return this.stretches.finish(this.points);
  }

  /** How much of the chunks that the range touches lies in it, by steps. */
  private share(): number {
    const first = this.inside[0];
    const last = this.inside.at(-1);
    return first && last ? (this.to - this.from + 1) / (last.last - first.first + 1) : 1;
  }

  private addChunk(head: ChunkHead): void {
    const isWhole = head.first >= this.from && head.last <= this.to;
    const start = this.columnOf(head.first);
    const span = this.columnOf(head.last) - start;
    // The first group of a chunk is the widest on either scale.
    const groupSpan = this.columnOf(head.first + ((head.last - head.first) * groupSize) / head.points) - start;
    if (!isWhole || this.everyPoint || groupSpan >= 1) {
      this.addPoints(head);
      return;
    }
    this.points += head.points;
    if (span < 1) this.addWhole(head);
    else this.addGroups(this.source.group(head));
  }

  private addWhole(head: ChunkHead): void {
    const time = head.lastTime ?? this.source.group(head).times.at(-1)!;
    const column = Math.floor(this.columnOf(head.last));
    this.stretches.add(column, head.last, time, head.lastValue, head.min, head.max);
  }

  private addGroups({ steps, times, values, min, max }: Groups): void {
    for (let at = 0; at < steps.length; at++) {
      const column = Math.floor(this.columnOf(steps[at]!));
      this.stretches.add(column, steps[at]!, times[at]!, values[at]!, min[at]!, max[at]!);
    }
  }

  private addPoints(head: ChunkHead): void {
    const { steps, times, values } = this.source.decode(head);
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at]!;
      if (step < this.from || step > this.to) continue;
      const value = values[at]!;
      const finite = Number.isFinite(value) ? value : NaN;
      // A column of its own for each point: they are not to be joined.
      const column = this.everyPoint ? this.points : Math.floor(this.columnOf(step));
      this.stretches.add(column, step, times[at]!, value, finite, finite);
      this.points++;
    }
  }

  private addBefore(): void {
    const head = this.heads.findLast(({ first }) => first < this.from);
    if (head) this.addNeighbour(head, (steps) => steps.findLastIndex((step) => step < this.from), -1);
  }

  private addAfter(): void {
    const head = this.heads.find(({ last }) => last > this.to);
    if (head) this.addNeighbour(head, (steps) => steps.findIndex((step) => step > this.to), -2);
  }

  private addNeighbour(head: ChunkHead, find: (steps: Float64Array) => number, column: number): void {
    const { steps, times, values } = this.source.decode(head);
    const at = find(steps);
    if (at < 0) return;
    const value = values[at]!;
    const finite = Number.isFinite(value) ? value : NaN;
    this.stretches.add(column, steps[at]!, times[at]!, value, finite, finite);
  }
}

/** Steps from 0 to `width` columns; on a logarithmic scale what lies below 1 is in the first. */
function columnScale(
  from: number,
  to: number,
  width: number,
  scale: 'linear' | 'logarithmic',
): (step: number) => number {
  // Just below, so that the last step is in the last column.
  const columns = width - 1e-6;
  if (scale === 'linear') {
    const factor = columns / Math.max(to - from, Number.MIN_VALUE);
    return (step) => Math.min(width, (step - from) * (Number.isFinite(factor) ? factor : 0));
  }
  const low = Math.log(Math.max(from, 1));
  const factor = columns / Math.max(Math.log(Math.max(to, 1)) - low, 1e-12);
  return (step) => (Math.log(Math.max(step, 1)) - low) * factor;
}

/** Columns with room to spare. */
class Room {
  readonly steps: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;

  constructor(readonly capacity: number) {
    this.steps = new Float64Array(capacity);
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.min = new Float64Array(capacity);
    this.max = new Float64Array(capacity);
  }
}

/** Where stretches are gathered: one reading at a time, so that a picture of many curves does not keep the memory busy. */
let gathered = new Room(0);

/** Columns that grow: what follows in the same column of the picture joins the stretch. */
class Stretches {
  private readonly room: Room;
  private count = 0;
  private column = NaN;

  constructor(capacity: number) {
    if (gathered.capacity < capacity) gathered = new Room(capacity);
    this.room = gathered;
  }

  add(column: number, step: number, time: number, value: number, least: number, greatest: number): void {
    const { steps, times, values, min, max } = this.room;
    // Steps that fall (a run that went back) stay in the stretch that they come to.
    const joins = column === this.column || (column >= 0 && column < this.column);
    const at = joins ? this.count - 1 : this.count++;
    if (!joins) this.column = column;
    steps[at] = step;
    times[at] = time;
    values[at] = value;
    if (!joins || !(min[at]! <= least)) min[at] = joins && Number.isNaN(least) ? min[at]! : least;
    if (!joins || !(max[at]! >= greatest)) max[at] = joins && Number.isNaN(greatest) ? max[at]! : greatest;
  }

  finish(points: number): CurveColumns {
    const part = (column: Float64Array): Float64Array => column.slice(0, this.count);
    const { steps, times, values, min, max } = this.room;
    return { points, steps: part(steps), times: part(times), values: part(values), min: part(min), max: part(max) };
  }
}
