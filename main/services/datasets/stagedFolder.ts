// A data set in the making: a hidden folder beside the others that becomes visible by one rename, or is removed.
import { existsSync } from 'node:fs';
import { createHash, type Hash } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DType } from '../../../engine/ir/dtype.js';
import type { Tensor } from '../../../engine/ir/tensor.js';
import { diskFileSystem, synchroniseFolder, type FileSystem, type OpenFile } from '../../store/atomicFile.js';
import { isProcessId } from '../../store/processIdentity.js';
import { guardedAsync } from '../../store/storeError.js';
import { npyHeader, npyPieces } from './npy.js';

const stagedName = /^\.import-(\d+)-\d+$/;
let made = 0;

export class StagedFolder {
  readonly path: string;
  /** Of all arrays, in the order in which they are finished. */
  private readonly hash: Hash = createHash('sha256');
  private isMade = false;
  private written = 0;

  /** @param datasets the folder `datasets` of a workspace. Nothing is on disk before the first file. */
  constructor(
    private readonly datasets: string,
    private readonly files: FileSystem = diskFileSystem,
  ) {
    this.path = join(datasets, `.import-${process.pid}-${++made}`);
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.written;
  }

  /** SHA-256, hexadecimal, of the arrays written up to now. */
  content(): string {
    return this.hash.copy().digest('hex');
  }

  async writeArray(name: string, array: Tensor): Promise<void> {
    this.hash.update(`${array.dtype} ${array.shape.join()}\0`);
    await this.write(name, npyPieces(array), (piece, index) => index > 0 && this.hash.update(piece));
  }

  async writeText(name: string, text: string): Promise<void> {
    await this.write(name, [new TextEncoder().encode(text)], () => undefined);
  }

  /** An array whose examples come one after the other and whose number is known only then. */
  async growArray(name: string, dtype: DType, shape: readonly number[]): Promise<GrowingArray> {
    const file = await this.open(name);
    const header = npyHeader(dtype, [0, ...shape]);
    try {
      await guardedAsync(`File '${name}'`, () => writeAll(file, header));
    } catch (error) {
      await file.close();
      throw error;
    }
    const finish = async (count: number): Promise<void> => {
      const final = npyHeader(dtype, [count, ...shape]);
      await guardedAsync(`File '${name}'`, async () => {
        await writeAll(file, final, 0);
        await file.sync();
      });
      this.hash.update(`${dtype} ${[count, ...shape].join()}\0`);
    };
    const append = async (bytes: Uint8Array): Promise<void> => {
      this.hash.update(bytes);
      this.written += bytes.byteLength;
      await guardedAsync(`File '${name}'`, () => writeAll(file, bytes));
    };
    return { append, finish, close: () => file.close() };
  }

  /** Never fails: what cannot be removed now is removed by {@link removeAbandoned}. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true }).catch(() => undefined);
    // Only if nothing else is in it.
    await rmdir(this.datasets).catch(() => undefined);
  }

  private async write(
    name: string,
    pieces: readonly Uint8Array[],
    each: (piece: Uint8Array, index: number) => void,
  ): Promise<void> {
    const file = await this.open(name);
    try {
      await guardedAsync(`File '${join(this.path, name)}'`, async () => {
        for (const [index, piece] of pieces.entries()) {
          each(piece, index);
          this.written += piece.byteLength;
          await writeAll(file, piece);
        }
        await file.sync();
      });
    } finally {
      await file.close();
    }
  }

  private async open(name: string): Promise<OpenFile> {
    return guardedAsync(`Folder '${this.path}'`, async () => {
      if (!this.isMade) await mkdir(this.path, { recursive: true });
      this.isMade = true;
      return this.files.open(join(this.path, name), 'wx');
    });
  }
}

export interface GrowingArray {
  append(bytes: Uint8Array): Promise<void>;
  /** Writes the number of examples and waits for the disk. */
  finish(count: number): Promise<void>;
  close(): Promise<void>;
}

/** The kernel may take less than it is given, last of all when the disk is nearly full. */
async function writeAll(file: OpenFile, bytes: Uint8Array, position?: number): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength;) {
    const length = bytes.byteLength - offset;
    const { bytesWritten } =
      position === undefined
        ? await file.write(bytes, offset, length)
        : await file.write(bytes, offset, length, position + offset);
    offset += bytesWritten;
  }
}

/** Gives a staged folder its place. What is at `target` already stays, and the folder goes: the same content was there before. */
export async function moveStaged(folder: string, target: string, files: FileSystem = diskFileSystem): Promise<void> {
  await guardedAsync(`Folder '${target}'`, async () => {
    await synchroniseFolder(folder, files);
    await mkdir(dirname(target), { recursive: true });
    if (existsSync(target)) await rm(folder, { recursive: true, force: true });
    else await rename(folder, target);
    await synchroniseFolder(dirname(target), files);
  });
}

/** Removes what imports left behind that were killed; those of living processes stay. */
export async function removeAbandoned(datasets: string): Promise<void> {
  for (const name of await readdir(datasets).catch(() => [])) {
    const owner = Number(stagedName.exec(name)?.[1]);
    if (owner > 0 && owner !== process.pid && !isProcessId(owner))
      await rm(join(datasets, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
