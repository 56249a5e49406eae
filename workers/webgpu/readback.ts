// Reads GPU buffers through staging buffers that are used again, without stalling what is queued behind.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { DType } from '../../engine/ir/dtype.js';
import { sizeOf } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { storageBytes } from '../../engine/kernels/kernelPlan.js';
import { fromStorage, requireStorage } from './conversion.js';
import type { OpenDevice } from './device.js';
import { bufferUsage, mapModeRead } from './webgpuConstants.js';

/** A tensor in a buffer, `offset` elements from its start. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

/** Results that will be there when the commands they were encoded with are done. */
export interface PendingTensors {
  /** Call once, after the encoder was submitted. @throws EngineError `gpu.*` when the device failed since the last check */
  read(): Promise<Record<string, Tensor>>;
}

interface Piece {
  readonly stored: StoredTensor;
  /** In the staging buffer; the first bytes may belong to the element before. */
  readonly at: number;
  readonly skipped: number;
  readonly bytes: number;
}

/** Free staging buffers above this stay no longer than their use. */
const keptBytes = 64 * 2 ** 20;

export class Readback {
  private free: GPUBuffer[] = [];
  private disposed = false;

  constructor(private readonly device: OpenDevice) {}

  /** Copies the tensors as they are when the commands encoded so far are done, submits, and waits for them. */
  async read(stored: readonly StoredTensor[]): Promise<Record<string, Tensor>> {
    const encoder = this.device.device.createCommandEncoder({ label: 'readback' });
    const pending = await this.encode(encoder, stored);
    this.device.submit(encoder);
    return pending.read();
  }

  /** Appends copies of the tensors to `encoder`; submit it, then call `read`. */
  async encode(encoder: GPUCommandEncoder, stored: readonly StoredTensor[]): Promise<PendingTensors> {
    const pieces: Piece[] = [];
    let total = 0;
    for (const tensor of stored) {
      const element = storageBytes(requireStorage(tensor.dtype, `'${tensor.name}'`));
      const skipped = (tensor.offset * element) % 4;
      const bytes = Math.ceil((skipped + sizeOf(tensor.shape) * element) / 4) * 4;
      pieces.push({ stored: tensor, at: total, skipped, bytes });
      total += bytes;
    }
    const staging = await this.take(Math.max(4, total));
    for (const { stored: tensor, at, skipped, bytes } of pieces) {
      const start = tensor.offset * storageBytes(requireStorage(tensor.dtype, tensor.name)) - skipped;
      if (bytes > 0) encoder.copyBufferToBuffer(tensor.buffer, start, staging, at, bytes);
    }
    return { read: () => this.collect(staging, pieces, total) };
  }

  /** Releases the staging buffers; those in use when their reader is done. */
  dispose(): void {
    this.disposed = true;
    this.device.memory.release(this.free);
    this.free = [];
  }

  private async collect(staging: GPUBuffer, pieces: readonly Piece[], total: number): Promise<Record<string, Tensor>> {
    try {
      await this.device.settled(staging.mapAsync(mapModeRead, 0, Math.max(4, total)));
      const bytes = staging.getMappedRange(0, Math.max(4, total));
      const result: Record<string, Tensor> = {};
      for (const { stored, at, skipped } of pieces)
        result[stored.name] = fromStorage(stored.dtype, stored.shape, bytes, at + skipped);
      return result;
    } finally {
      this.giveBack(staging);
    }
  }

  private async take(bytes: number): Promise<GPUBuffer> {
    if (this.disposed) throw new EngineError('gpu.disposed', 'Readback: it was disposed of and reads no more');
    const fitting = this.free.filter(({ size }) => size >= bytes && size <= bytes * 4 + 4096);
    const best = fitting.sort((left, right) => left.size - right.size)[0];
    if (best) {
      this.free.splice(this.free.indexOf(best), 1);
      return best;
    }
    const size = 2 ** Math.ceil(Math.log2(Math.max(256, bytes)));
    const { maxBufferSize } = this.device.device.limits;
    const usage = bufferUsage.mapRead | bufferUsage.copyDestination;
    const [made] = await this.device.memory.allocate([
      { label: 'readback', bytes: Math.max(bytes, Math.min(size, maxBufferSize)), usage },
    ]);
    return made!;
  }

  private giveBack(staging: GPUBuffer): void {
    if (staging.mapState !== 'unmapped') staging.unmap();
    const held = this.free.reduce((bytes, { size }) => bytes + size, 0);
    if (this.disposed || held + staging.size > keptBytes) this.device.memory.release([staging]);
    else this.free.push(staging);
  }
}
