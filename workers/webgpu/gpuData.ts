// A data set in GPU memory: the numbers that batches are gathered from, uploaded once where they fit.
import { sizeOf } from '../../engine/ir/shape.js';
import { gatherInto, type ExampleSet, type Field } from '../../engine/data/exampleSet.js';
import type { FieldSource } from '../../engine/data/fieldSource.js';
import type { PlanBuffer } from '../../engine/kernels/kernelPlan.js';
import type { OpenDevice } from './device.js';
import { rowRule, type StoredField } from './gatherKernels.js';
import { planBufferUsage } from './webgpuConstants.js';

/** What is kept on the GPU of one field. */
interface Upload {
  readonly label: string;
  readonly storage: PlanBuffer['storage'];
  readonly bytes: number;
  /** Successive pieces of the buffer's content, each of a whole number of words. */
  pieces(): Iterable<Uint8Array>;
}

/** How much of the largest buffer that the adapter allows may be data; WebGPU does not tell how much memory there is. */
const defaultShare = 0.4;
/** Copied to the GPU at a time. */
const pieceBytes = 16_777_216;

export interface GpuDataOptions {
  /** Bytes that data may take; default: {@link defaultShare} of `maxBufferSize`. 0 streams everything. */
  readonly budget?: number | undefined;
}

export class GpuData {
  private constructor(
    private readonly opened: OpenDevice,
    readonly fields: readonly StoredField[],
    /** By label. */
    readonly buffers: ReadonlyMap<string, GPUBuffer>,
    /** The same for plans. */
    readonly planBuffers: readonly PlanBuffer[],
  ) {}

  /**
   * Uploads everything; `undefined` where it does not fit the budget, and batches must be streamed.
   * @throws EngineError `gpu.outOfMemory`
   */
  static async upload(
    opened: OpenDevice,
    examples: ExampleSet,
    options: GpuDataOptions = {},
  ): Promise<GpuData | undefined> {
    const { maxBufferSize, maxStorageBufferBindingSize } = opened.device.limits;
    const stored = storeAll(examples);
    const uploads = stored.flatMap(({ uploads }) => uploads);
    const total = uploads.reduce((sum, { bytes }) => sum + bytes, 0);
    const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (total > (options.budget ?? defaultShare * maxBufferSize) || uploads.some(({ bytes }) => bytes > largest))
      return undefined;
    const made = await opened.memory.allocate(
      uploads.map(({ label, bytes }) => ({ label, bytes, usage: planBufferUsage })),
    );
    for (const [index, upload] of uploads.entries()) await fill(opened, made[index]!, upload);
    return new GpuData(
      opened,
      stored.map(({ field }) => field),
      new Map(uploads.map(({ label }, index) => [label, made[index]!])),
      uploads.map(({ label, storage, bytes }) => ({ label, storage, elements: bytes / 4, role: 'external' })),
    );
  }

  dispose(): void {
    this.opened.memory.release(this.buffers.values());
  }
}

async function fill({ device }: OpenDevice, buffer: GPUBuffer, upload: Upload): Promise<void> {
  let offset = 0;
  for (const piece of upload.pieces()) {
    device.queue.writeBuffer(buffer, offset, piece as Uint8Array<ArrayBuffer>);
    offset += piece.byteLength;
    // So that the copies that wait for the GPU do not pile up.
    await device.queue.onSubmittedWorkDone();
  }
}

interface Stored {
  readonly field: StoredField;
  readonly uploads: Upload[];
}

/** A field that is the same as another is gathered from what that one has there. */
function storeAll({ inputs, target, count }: ExampleSet): Stored[] {
  const stored = inputs.map((field) => store(field, count));
  const same = stored.find(({ field }) => field.name === target.sameAs);
  return [...stored, same ? { field: { ...same.field, name: target.name }, uploads: [] } : store(target, count)];
}

function store(field: Field, count: number): Stored {
  const { name, shape, source } = field;
  const storage = field.dtype === 'float32' ? 'f32' : 'i32';
  const label = `data/${name}`;
  const size = sizeOf(shape);
  if (source.kind === 'bytes') {
    const tables = `data/${name}/tables`;
    const plane = size / source.tables.length;
    return {
      field: { name, storage, shape, source: { kind: 'bytes', label, tables, plane } },
      uploads: [wholeUpload(label, 'u32', source.bytes), tableUpload(tables, source.tables)],
    };
  }
  if (source.kind === 'computed')
    return {
      field: { name, storage, shape, source: { kind: 'rows', label, row: rowRule({ kind: 'rows', rows }, size) } },
      uploads: [computedUpload(label, storage, field, count)],
    };
  return {
    field: { name, storage, shape, source: { kind: source.kind, label, row: rowRule(source, size) } },
    uploads: [wholeUpload(label, storage, numbersOf(source))],
  };
}

/** Stands for the rows that are yet to be computed; their rule depends on the size alone. */
const rows = new Float32Array(0);

function numbersOf(source: Exclude<FieldSource, { kind: 'bytes' | 'computed' }>): Float32Array | Int32Array {
  return source.kind === 'windows' ? source.text : source.rows;
}

/** An array as it lies in memory, padded to whole words. Copied in pieces, since WebGPU does not take shared memory everywhere. */
function wholeUpload(
  label: string,
  storage: PlanBuffer['storage'],
  data: Uint8Array | Float32Array | Int32Array,
): Upload {
  const bytes = Math.max(4, Math.ceil(data.byteLength / 4) * 4);
  return {
    label,
    storage,
    bytes,
    *pieces() {
      const all = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      for (let at = 0; at < all.length; at += pieceBytes) {
        const piece = new Uint8Array(Math.min(pieceBytes, bytes - at));
        piece.set(all.subarray(at, at + pieceBytes));
        yield piece;
      }
    },
  };
}

function tableUpload(label: string, tables: readonly Float32Array[]): Upload {
  const all = new Float32Array(tables.length * 256);
  tables.forEach((table, channel) => all.set(table, channel * 256));
  return wholeUpload(label, 'f32', all);
}

/** The field as its own `gather` computes it, a run of examples after the other. */
function computedUpload(label: string, storage: PlanBuffer['storage'], field: Field, count: number): Upload {
  const size = sizeOf(field.shape);
  const run = Math.max(1, Math.floor(pieceBytes / (size * 4)));
  return {
    label,
    storage,
    bytes: Math.max(4, count * size * 4),
    *pieces() {
      for (let first = 0; first < count; first += run) {
        const some = Int32Array.from({ length: Math.min(run, count - first) }, (_, index) => first + index);
        const values =
          field.dtype === 'float32' ? new Float32Array(some.length * size) : new Int32Array(some.length * size);
        gatherInto(field, some, values);
        yield new Uint8Array(values.buffer);
      }
    },
  };
}
