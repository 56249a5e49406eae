// Batches of training steps on the GPU: gathered there by the order of the epoch, or brought from the host.
import type { BatchPlan } from '../../engine/data/batches.js';
import { byteSize } from '../../engine/ir/dtype.js';
import { sizeOf } from '../../engine/ir/shape.js';
import type { BatchSource, PreparedBatch } from '../batchSource.js';
import type { BatchPosition } from './chunkTable.js';
import type { OpenDevice } from './device.js';
import type { EncodeBatch, GpuPhase } from './gpuPhase.js';
import type { PreparedChunk, StepBatches } from './gpuSteps.js';
import { bufferUsage } from './webgpuConstants.js';

/** The data are on the GPU: only the order of an epoch goes there. */
export class GatheredBatches implements StepBatches {
  private epoch = -1;

  constructor(
    private readonly phase: GpuPhase,
    private readonly plan: BatchPlan,
  ) {}

  prepare(done: number, count: number): Promise<PreparedChunk> {
    const { stepsPerEpoch } = this.plan;
    const epoch = Math.floor(done / stepsPerEpoch);
    if (epoch !== this.epoch) this.phase.setOrder(Int32Array.from(this.plan.order(epoch)));
    this.epoch = epoch;
    const first = done % stepsPerEpoch;
    return Promise.resolve({ positions: Array.from({ length: count }, (_, at) => this.plan.place(first + at)) });
  }
}

/** The data stay on the host: batches of a chunk go to the GPU in one piece while it computes the chunk before. */
export class StreamedBatches implements StepBatches {
  private readonly host: Uint8Array<ArrayBuffer>;

  private constructor(
    private readonly opened: OpenDevice,
    private readonly source: BatchSource,
    private readonly stream: GPUBuffer,
    /** Bytes of one batch. */
    private readonly batchBytes: number,
    /** Names of the tensors in the order in which they lie there. */
    private readonly names: readonly string[],
  ) {
    this.host = new Uint8Array(stream.size);
  }

  static async create(opened: OpenDevice, phase: GpuPhase, source: BatchSource): Promise<StreamedBatches> {
    const batchBytes = bytesOfBatch(phase);
    const batches = Math.max(1, Math.min(phase.capacity, Math.floor(streamBytes / batchBytes)));
    const usage = bufferUsage.copySource | bufferUsage.copyDestination;
    const [stream] = await opened.memory.allocate([{ label: 'batch/stream', bytes: batchBytes * batches, usage }]);
    return new StreamedBatches(
      opened,
      source,
      stream!,
      batchBytes,
      phase.layout.batch.map(({ name }) => name),
    );
  }

  async prepare(_done: number, count: number): Promise<PreparedChunk> {
    const positions: BatchPosition[] = [];
    const batches = Math.min(count, Math.floor(this.stream.size / this.batchBytes));
    for (let row = 0; row < batches; row++) {
      const batch = await this.source.next();
      this.write(batch, row);
      positions.push({ first: 0, filled: batch.filled });
    }
    this.opened.device.queue.writeBuffer(this.stream, 0, this.host, 0, batches * this.batchBytes);
    return { positions, encodeBatch: this.encodeBatch };
  }

  dispose(): void {
    this.opened.memory.release([this.stream]);
  }

  private write({ tensors }: PreparedBatch, row: number): void {
    let at = row * this.batchBytes;
    for (const name of this.names) {
      const { data } = tensors[name]!;
      this.host.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      at += data.byteLength;
    }
  }

  private readonly encodeBatch: EncodeBatch = (encoder, row, phase) => {
    let at = row * this.batchBytes;
    for (const { dtype, shape, buffer, offset } of phase.layout.batch) {
      const bytes = sizeOf(shape) * byteSize(dtype);
      encoder.copyBufferToBuffer(this.stream, at, phase.runner.buffer(buffer), offset * 4, bytes);
      at += bytes;
    }
  };
}

/** Batches under way to the GPU take at most this much, if one fits. */
const streamBytes = 67_108_864;

function bytesOfBatch({ layout }: GpuPhase): number {
  return layout.batch.reduce((sum, { dtype, shape }) => sum + sizeOf(shape) * byteSize(dtype), 0);
}
