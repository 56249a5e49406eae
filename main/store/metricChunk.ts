// A packed chunk of one metric's points: columns of steps, times and values, one after another, little-endian.

export interface MetricPoint {
  /** A whole number from 0. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
}

/** Points in a full chunk; a reader unpacks at most two of them to cut a range out. */
export const chunkCapacity = 1024;

/** Layout: count uint32, zero uint32, first time float64, values float64[n], steps float64[n], seconds since first time float32[n]. */
const headerBytes = 16;
const pointBytes = 8 + 8 + 4;

export function encodeChunk(points: readonly MetricPoint[]): Uint8Array {
  const bytes = new Uint8Array(headerBytes + points.length * pointBytes);
  const view = new DataView(bytes.buffer);
  const firstTime = points[0]?.time ?? 0;
  view.setUint32(0, points.length, true);
  view.setFloat64(8, firstTime, true);
  const { steps, times } = offsets(points.length);
  for (const [index, point] of points.entries()) {
    view.setFloat64(headerBytes + index * 8, point.value, true);
    view.setFloat64(steps + index * 8, point.step, true);
    view.setFloat32(times + index * 4, (point.time - firstTime) / 1000, true);
  }
  return bytes;
}

export interface ChunkColumns {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
}

/** @throws RangeError when the bytes are not a chunk */
export function decodeChunk(bytes: ArrayBuffer): ChunkColumns {
  const view = new DataView(bytes);
  const count = bytes.byteLength < headerBytes ? -1 : view.getUint32(0, true);
  if (bytes.byteLength !== headerBytes + count * pointBytes)
    throw new RangeError(`metric chunk: ${count} points do not fill ${bytes.byteLength} bytes`);
  const firstTime = view.getFloat64(8, true);
  const { steps, times } = offsets(count);
  const seconds = new Float32Array(bytes, times, count);
  const wholeTimes = new Float64Array(count);
  // A loop: `Float64Array.from` calls a function for each, which is most of the reading of a long curve.
  for (let index = 0; index < count; index++) wholeTimes[index] = firstTime + seconds[index]! * 1000;
  // Every platform that onnxruntime runs on is little-endian, so the columns can be viewed as they lie.
  return {
    values: new Float64Array(bytes, headerBytes, count),
    steps: new Float64Array(bytes, steps, count),
    times: wholeTimes,
  };
}

export function pointsOf(columns: ChunkColumns): MetricPoint[] {
  return Array.from(columns.steps, (step, index) => ({
    step,
    time: columns.times[index]!,
    value: columns.values[index]!,
  }));
}

function offsets(count: number): { steps: number; times: number } {
  const steps = headerBytes + count * 8;
  return { steps, times: steps + count * 8 };
}

export interface ChunkSummary {
  readonly points: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** As it is unpacked. */
  readonly lastTime: number;
  /** Of the finite values; null when there are none. */
  readonly min: number | null;
  readonly max: number | null;
  /** Null when it is not finite. */
  readonly last: number | null;
}

export function summariseChunk(points: readonly MetricPoint[]): ChunkSummary {
  let min = Infinity;
  let max = -Infinity;
  for (const { value } of points) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const any = min <= max;
  const last = points.at(-1);
  return {
    points: points.length,
    firstStep: points[0]?.step ?? 0,
    lastStep: last?.step ?? 0,
    lastTime: last ? unpackedTime(last.time, points[0]!.time) : 0,
    min: any ? min : null,
    max: any ? max : null,
    last: last && Number.isFinite(last.value) ? last.value : null,
  };
}

function unpackedTime(time: number, firstTime: number): number {
  return firstTime + Math.fround((time - firstTime) / 1000) * 1000;
}
