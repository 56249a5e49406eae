// The state of a training in GPU memory: a buffer for each entry, where steps write in place.
import { sizeOf } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { storageOf } from '../../engine/kernels/kernelPlan.js';
import type { StateEntry } from '../../engine/training/state.js';
import { storedBytes } from './conversion.js';
import type { OpenDevice } from './device.js';
import type { PendingTensors, Readback, StoredTensor } from './readback.js';
import { stateLabel } from './stepLayout.js';
import { uploadTensor } from './upload.js';
import { planBufferUsage } from './webgpuConstants.js';

export class GpuState {
  private constructor(
    private readonly opened: OpenDevice,
    /** By the labels that plans know them by. */
    readonly buffers: ReadonlyMap<string, GPUBuffer>,
    private readonly fields: readonly StoredTensor[],
  ) {}

  /** @throws EngineError `gpu.outOfMemory` */
  static async create(opened: OpenDevice, entries: readonly StateEntry[]): Promise<GpuState> {
    const made = await opened.memory.allocate(
      entries.map(({ name, dtype, shape }) => ({
        label: stateLabel(name),
        bytes: storedBytes(storageOf(dtype) ?? 'f32', sizeOf(shape)),
        usage: planBufferUsage,
      })),
    );
    const buffers = new Map(entries.map(({ name }, index) => [stateLabel(name), made[index]!]));
    const fields = entries.flatMap(({ dtype, fields }, index) =>
      fields.map(({ name, shape, offset }) => ({ name, dtype, shape, offset, buffer: made[index]! })),
    );
    return new GpuState(opened, buffers, fields);
  }

  /** Fills everything from the tensors of a state, as `StateStore` names them. */
  load(named: ReadonlyMap<string, Tensor>): void {
    for (const { name, buffer, offset } of this.fields)
      uploadTensor(this.opened, buffer, named.get(name)!, { offset, what: `state '${name}'` });
  }

  /** Submits a copy of everything; whoever submits afterwards may change the state. */
  async copy(readback: Readback): Promise<PendingTensors> {
    const encoder = this.opened.device.createCommandEncoder({ label: 'snapshot' });
    const pending = await readback.encode(encoder, this.fields);
    this.opened.submit(encoder);
    return pending;
  }

  dispose(): void {
    this.opened.memory.release(this.buffers.values());
  }
}
