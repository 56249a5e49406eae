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

type ReadTensors = Awaited<ReturnType<PendingTensors['read']>>;

/** A staging buffer holds at most this many bytes, if it holds more than one tensor. */
const partBytes = 134_217_728;

/** Successive tensors that a staging buffer takes together. */
function inParts(fields: readonly StoredTensor[]): StoredTensor[][] {
  const parts: StoredTensor[][] = [];
  let bytes = Infinity;
  for (const field of fields) {
    const size = sizeOf(field.shape) * 4;
    if (bytes + size > partBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(field);
    bytes += size;
  }
  return parts;
}

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
    const parts: PendingTensors[] = [];
    for (const fields of inParts(this.fields)) parts.push(await readback.encode(encoder, fields));
    this.opened.submit(encoder);
    return {
      read: async () => Object.assign({}, ...(await Promise.all(parts.map((part) => part.read())))) as ReadTensors,
    };
  }

  dispose(): void {
    this.opened.memory.release(this.buffers.values());
  }
}
