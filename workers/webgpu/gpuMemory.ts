// GPU memory, accounted: every buffer is made and released here, and one that does not fit is an error with a remedy.
import { EngineError } from '../../engine/ir/diagnostic.js';

export interface BufferRequest {
  readonly label: string;
  /** Rounded up to a multiple of 4, at least 4. */
  readonly bytes: number;
  readonly usage: GPUBufferUsageFlags;
}

export class GpuMemory {
  private readonly sizes = new Map<GPUBuffer, number>();
  private total = 0;

  constructor(private readonly device: GPUDevice) {}

  /** Bytes of all buffers that were allocated here and not yet released. */
  get bytesInUse(): number {
    return this.total;
  }

  /**
   * Allocates all or none; the memory is zero.
   * @throws EngineError `gpu.outOfMemory`
   */
  async allocate(requests: readonly BufferRequest[]): Promise<GPUBuffer[]> {
    const sizes = requests.map(({ bytes }) => Math.max(4, Math.ceil(bytes / 4) * 4));
    this.refuseTooLarge(requests, sizes);
    this.device.pushErrorScope('out-of-memory');
    const buffers = requests.map(({ label, usage }, index) =>
      this.device.createBuffer({ label, usage, size: sizes[index]! }),
    );
    buffers.forEach((buffer, index) => this.note(buffer, sizes[index]!));
    if (!(await this.device.popErrorScope())) return buffers;
    this.release(buffers);
    throw outOfMemory(
      `${describe(requests)} of ${megabytes(sum(sizes))} do not fit beside ${megabytes(this.total)} in use`,
    );
  }

  /** Destroys the buffers; those of others are left alone. */
  release(buffers: Iterable<GPUBuffer>): void {
    for (const buffer of buffers) {
      const size = this.sizes.get(buffer);
      if (size === undefined) continue;
      this.sizes.delete(buffer);
      this.total -= size;
      buffer.destroy();
    }
  }

  private note(buffer: GPUBuffer, size: number): void {
    this.sizes.set(buffer, size);
    this.total += size;
  }

  private refuseTooLarge(requests: readonly BufferRequest[], sizes: readonly number[]): void {
    const { maxBufferSize } = this.device.limits;
    const index = sizes.findIndex((size) => size > maxBufferSize);
    if (index < 0) return;
    throw outOfMemory(
      `buffer '${requests[index]!.label}' of ${megabytes(sizes[index]!)} is larger than the ${megabytes(maxBufferSize)} that this adapter allows a buffer`,
    );
  }
}

function outOfMemory(what: string): EngineError {
  return new EngineError('gpu.outOfMemory', `GPU memory: ${what}. Use a smaller batch or a smaller model.`);
}

function describe(requests: readonly BufferRequest[]): string {
  return requests.length === 1 ? `buffer '${requests[0]!.label}'` : `${requests.length} buffers`;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((left, right) => left + right, 0);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
