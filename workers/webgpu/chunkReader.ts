// What a chunk of steps leaves behind, read at once: a row of results a step, the guard, and the GPU's own clock.
import type { OpenDevice } from './device.js';
import { bufferUsage, mapModeRead } from './webgpuConstants.js';

export interface ChunkResults {
  /** Row r are the results of the chunk's step r. */
  readonly rows: Float32Array;
  /** A watched result was not finite; steps from then on changed nothing. */
  readonly halted: boolean;
  /** Of all steps together, where the adapter tells. */
  readonly gpuMilliseconds: number | undefined;
}

const guardBytes = 8;
const stampBytes = 16;

/** One chunk's staging buffer: rows, then guard, then timestamps. */
export class ChunkReader {
  private constructor(
    private readonly opened: OpenDevice,
    private readonly staging: GPUBuffer,
    private readonly rowBytes: number,
    private readonly capacity: number,
    private readonly clock: { readonly set: GPUQuerySet; readonly resolved: GPUBuffer } | undefined,
  ) {}

  /** @throws EngineError `gpu.outOfMemory` */
  static async create(opened: OpenDevice, rowBytes: number, capacity: number): Promise<ChunkReader> {
    const timed = opened.device.features.has('timestamp-query');
    const [staging, resolved] = await opened.memory.allocate([
      {
        label: 'results to read',
        bytes: rowBytes * capacity + guardBytes + stampBytes,
        usage: bufferUsage.mapRead | bufferUsage.copyDestination,
      },
      ...(timed
        ? [{ label: 'timestamps', bytes: stampBytes, usage: bufferUsage.queryResolve | bufferUsage.copySource }]
        : []),
    ]);
    const clock = resolved && { resolved, set: opened.device.createQuerySet({ type: 'timestamp', count: 2 }) };
    return new ChunkReader(opened, staging!, rowBytes, capacity, clock);
  }

  begin(encoder: GPUCommandEncoder): void {
    this.stamp(encoder, 0);
  }

  /** Copies a step's results to its row. */
  keep(encoder: GPUCommandEncoder, row: number, results: GPUBuffer): void {
    encoder.copyBufferToBuffer(results, 0, this.staging, row * this.rowBytes, this.rowBytes);
  }

  end(encoder: GPUCommandEncoder, guard: GPUBuffer | undefined): void {
    const after = this.capacity * this.rowBytes;
    if (guard) encoder.copyBufferToBuffer(guard, 0, this.staging, after, guardBytes);
    this.stamp(encoder, 1);
    if (!this.clock) return;
    encoder.resolveQuerySet(this.clock.set, 0, 2, this.clock.resolved, 0);
    encoder.copyBufferToBuffer(this.clock.resolved, 0, this.staging, after + guardBytes, stampBytes);
  }

  /** After the submission. @throws EngineError `gpu.*` when the device failed since the last check */
  async read(rows: number, guarded: boolean): Promise<ChunkResults> {
    const { staging, rowBytes, capacity } = this;
    await this.opened.settled(staging.mapAsync(mapModeRead));
    const bytes = staging.getMappedRange();
    const after = capacity * rowBytes;
    const results: ChunkResults = {
      rows: new Float32Array(bytes.slice(0, rows * rowBytes)),
      halted: guarded && new Uint32Array(bytes, after, 1)[0] !== 0,
      gpuMilliseconds: this.clock && millisecondsIn(bytes.slice(after + guardBytes, after + guardBytes + stampBytes)),
    };
    staging.unmap();
    return results;
  }

  dispose(): void {
    this.clock?.set.destroy();
    this.opened.memory.release([this.staging, ...(this.clock ? [this.clock.resolved] : [])]);
  }

  /** Only passes are stamped: an empty one. */
  private stamp(encoder: GPUCommandEncoder, index: 0 | 1): void {
    if (!this.clock) return;
    const { set: querySet } = this.clock;
    const timestampWrites =
      index === 0 ? { querySet, beginningOfPassWriteIndex: 0 } : { querySet, endOfPassWriteIndex: 1 };
    encoder.beginComputePass({ timestampWrites }).end();
  }
}

/** A clock that was set back in between gives nonsense: nothing then. */
function millisecondsIn(stamps: ArrayBuffer): number | undefined {
  const [start, end] = new BigUint64Array(stamps);
  return end! > start! ? Number(end! - start!) / 1e6 : undefined;
}
