// Checkpoints of one run: `step-<number>.safetensors`, the last few, and `best.safetensors`. None is ever half there.
import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { faultCodes } from '../../contract/fault.js';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { allocate, isDType } from '../../engine/ir/dtype.js';
import { tensor, type Tensor } from '../../engine/ir/tensor.js';
import { diskFileSystem, removeAbandoned, synchroniseFolder, type FileSystem } from './atomicFile.js';
import type { Safetensors } from '../../engine/exporters/safetensorsFormat.js';
import { loadSafetensors, readSafetensorsOutline, saveSafetensors } from './safetensorsFile.js';
import { guardedAsync } from './storeError.js';

const bestName = 'best.safetensors';
const stepName = /^step-(\d{1,15})\.safetensors$/;

/** Everything else of a checkpoint, in the file's metadata as JSON. */
const metadataSchema = z.object({
  step: z.number().int().nonnegative(),
  epoch: z.number().nonnegative(),
  trainer: z.record(z.string(), z.unknown()),
});

export interface CheckpointOptions {
  /** How many are kept besides the best; at least one. */
  readonly keep: number;
  /** Whether this is the best so far. */
  readonly best: boolean;
}

export interface KeptCheckpoint {
  readonly step: number;
  readonly epoch: number;
  readonly best: boolean;
  readonly bytes: number;
  readonly path: string;
}

export class CheckpointStore {
  constructor(
    private readonly folder: string,
    private readonly files: FileSystem = diskFileSystem,
  ) {}

  /**
   * Saves, then removes the oldest beyond `keep`. On failure all earlier checkpoints stay.
   * @throws EngineError `store.diskFull`, `store.notWritable`, `checkpoint.corrupt` when a tensor is of an unknown type
   */
  async save(checkpoint: CheckpointFrame, { keep, best }: CheckpointOptions): Promise<void> {
    await guardedAsync(`Folder '${this.folder}'`, async () => {
      await mkdir(this.folder, { recursive: true });
      await removeAbandoned(this.folder);
    });
    const path = this.path(checkpoint.step);
    const content = encodeCheckpoint(checkpoint);
    await saveSafetensors(path, content, this.files);
    if (best) await this.saveBest(path, content);
    for (const step of (await this.steps()).slice(0, -Math.max(1, keep))) await rm(this.path(step), { force: true });
  }

  /** Steps of the checkpoints that are there, ascending. */
  async steps(): Promise<number[]> {
    const names = await this.names();
    return names
      .flatMap((name) => stepName.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((left, right) => left - right);
  }

  async hasBest(): Promise<boolean> {
    return (await this.names()).includes(bestName);
  }

  /**
   * The latest checkpoint that can be read: damage by the disk costs the steps since the one before, not the run.
   * @throws EngineError `checkpoint.notFound`, `checkpoint.corrupt`
   */
  async loadLatest(): Promise<CheckpointFrame> {
    const faults: string[] = [];
    for (const step of (await this.steps()).reverse()) {
      try {
        return await this.load(this.path(step));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        faults.push(error.message);
      }
    }
    if (faults.length > 0)
      throw new EngineError(
        faultCodes.checkpointCorrupt,
        `Checkpoints in '${this.folder}': none can be read. ${faults.join(' ')}`,
      );
    throw this.missing();
  }

  /** The best checkpoint, or the latest when none was marked. @throws as {@link loadLatest} */
  async loadBest(): Promise<CheckpointFrame> {
    return (await this.hasBest()) ? this.load(join(this.folder, bestName)) : this.loadLatest();
  }

  /** What is kept, by step; the best may also be one of the last few. Files that cannot be read are left out. */
  async kept(): Promise<KeptCheckpoint[]> {
    const found = new Map<number, KeptCheckpoint>();
    for (const name of await this.names()) {
      if (name !== bestName && !stepName.test(name)) continue;
      const path = join(this.folder, name);
      const outline = await readSafetensorsOutline(path).catch(() => undefined);
      const metadata = outline && metadataOf(outline.metadata);
      if (!outline || !metadata) continue;
      const { step, epoch } = metadata;
      const best = name === bestName || (found.get(step)?.best ?? false);
      found.set(step, { step, epoch, best, bytes: outline.bytes, path });
    }
    return [...found.values()].sort((one, other) => one.step - other.step);
  }

  /** A checkpoint of {@link kept}. @throws EngineError `checkpoint.corrupt`, `file.notFound` */
  async loadKept({ path }: KeptCheckpoint): Promise<CheckpointFrame> {
    return this.load(path);
  }

  /** Removes those after `step`: a run that goes back must not later be continued from them. */
  async removeAfter(step: number): Promise<void> {
    for (const later of await this.steps()) if (later > step) await rm(this.path(later), { force: true });
  }

  private async load(path: string): Promise<CheckpointFrame> {
    return decodeCheckpoint(await loadSafetensors(path), path);
  }

  /** A second name for the same bytes; written again where the file system has no links. */
  private async saveBest(path: string, content: Safetensors): Promise<void> {
    const best = join(this.folder, bestName);
    const temporary = join(this.folder, `.${bestName}.${process.pid}-0.tmp`);
    try {
      await rm(temporary, { force: true });
      await link(path, temporary);
      await rename(temporary, best);
    } catch {
      await saveSafetensors(best, content, this.files);
      return;
    }
    await synchroniseFolder(this.folder);
  }

  private async names(): Promise<string[]> {
    return readdir(this.folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
  }

  private path(step: number): string {
    return join(this.folder, `step-${String(step).padStart(9, '0')}.safetensors`);
  }

  private missing(): EngineError {
    return new EngineError(
      faultCodes.checkpointMissing,
      `Folder '${this.folder}': it holds no checkpoint. Train again from the start.`,
    );
  }
}

function encodeCheckpoint({ step, epoch, tensors, trainer }: CheckpointFrame): Safetensors {
  return {
    tensors: new Map(tensors.map(({ name, tensor: frame }) => [name, checkedTensor(name, frame)])),
    metadata: { descent: JSON.stringify({ step, epoch, trainer }) },
  };
}

/** A tensor from another process, its data of the type and the length that it says. */
function checkedTensor(name: string, frame: CheckpointFrame['tensors'][number]['tensor']): Tensor {
  const { dtype, shape, data } = frame;
  const expected = isDType(dtype) ? allocate(dtype, 0).constructor : undefined;
  if (!isDType(dtype) || data.constructor !== expected)
    throw new EngineError(
      faultCodes.checkpointCorrupt,
      `Checkpoint tensor '${name}': its data must be of type ${dtype}, but is ${data.constructor.name}.`,
    );
  return tensor(dtype, shape, data as Tensor['data']);
}

function decodeCheckpoint({ tensors, metadata }: Safetensors, path: string): CheckpointFrame {
  const parsed = metadataOf(metadata);
  if (!parsed)
    throw new EngineError(
      faultCodes.checkpointCorrupt,
      `File '${path}': its metadata must tell step, epoch and trainer state; it is no checkpoint of Descent.`,
    );
  return { ...parsed, tensors: [...tensors].map(([name, value]) => ({ name, tensor: value })) };
}

function metadataOf(metadata: Safetensors['metadata']): z.infer<typeof metadataSchema> | undefined {
  try {
    return metadataSchema.safeParse(JSON.parse(metadata.descent ?? '')).data;
  } catch {
    return undefined;
  }
}
