// Files that appear whole or not at all: written beside their place, synchronised, renamed; then the folder is synchronised.
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isProcessId } from './processIdentity.js';
import { guardedAsync } from './storeError.js';

export interface OpenFile {
  /** At `position` of the file; left out: behind what was written last. */
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position?: number,
  ): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What is needed of the file system; tests pass one that fails. */
export interface FileSystem {
  open(path: string, flags: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export const diskFileSystem: FileSystem = { open, rename, rm };

const temporaryName = /^\..+\.(\d+)-\d+\.tmp$/;
let temporaries = 0;

/**
 * Replaces `path` by the given pieces. On failure the old file stays as it was and the temporary one is removed.
 * @throws EngineError `store.diskFull`, `store.notWritable`, `store.failed`
 */
export async function writeAtomic(
  path: string,
  pieces: Iterable<Uint8Array>,
  files: FileSystem = diskFileSystem,
): Promise<void> {
  await guardedAsync(`File '${path}'`, async () => {
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${++temporaries}.tmp`);
    try {
      await writeSynchronised(temporary, pieces, files);
      await files.rename(temporary, path);
    } catch (error) {
      await files.rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    await synchroniseFolder(dirname(path), files);
  });
}

async function writeSynchronised(path: string, pieces: Iterable<Uint8Array>, files: FileSystem): Promise<void> {
  const handle = await files.open(path, 'wx');
  try {
    for (const piece of pieces) {
      // The kernel may take less than it is given, last of all when the disk is nearly full.
      for (let offset = 0; offset < piece.byteLength;) {
        const { bytesWritten } = await handle.write(piece, offset, piece.byteLength - offset);
        offset += bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename survive a power cut. Windows cannot synchronise a folder and does not need to. */
export async function synchroniseFolder(folder: string, files: FileSystem = diskFileSystem): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what writers left behind that were killed while they wrote; files of living writers stay. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = Number(temporaryName.exec(name)?.[1]);
    if (owner > 0 && owner !== process.pid && !isProcessId(owner)) await rm(join(folder, name), { force: true });
  }
}

export function isTemporary(name: string): boolean {
  return temporaryName.test(name);
}
