// Files that windows send in pieces: each upload is a temporary folder of its own, which goes with the window that began it.
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { faultCodes } from '../../../contract/fault.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { guardedAsync } from '../../store/storeError.js';

/** What one window may send: more is a defect of the window, not a data set. */
export interface UploadLimits {
  readonly uploads: number;
  readonly files: number;
  /** Bytes that must stay free on the disk. */
  readonly reserve: number;
}

const usualLimits: UploadLimits = { uploads: 16, files: 2_000_000, reserve: 512 * 2 ** 20 };

interface Upload {
  readonly caller: string;
  readonly folder: string;
  readonly files: Set<string>;
  readonly folders: Set<string>;
  /** Bytes written since the free space was last looked up. */
  unchecked: number;
  /** Pieces are written one after the other. */
  last: Promise<void>;
}

/** Bytes after which the free space is looked up again. */
const checkEvery = 64 * 2 ** 20;

export class Uploads {
  private readonly uploads = new Map<string, Upload>();

  constructor(
    private readonly makeFolder: () => string,
    private readonly limits: UploadLimits = usualLimits,
  ) {}

  begin(caller: string): { readonly upload: string; readonly folder: string } {
    const own = [...this.uploads.values()].filter((upload) => upload.caller === caller);
    if (own.length >= this.limits.uploads)
      throw new EngineError(faultCodes.usage, `Upload: at most ${this.limits.uploads} at a time; discard one first.`);
    const id = randomUUID();
    const folder = this.makeFolder();
    const fresh = {
      files: new Set<string>(),
      folders: new Set([folder]),
      unchecked: checkEvery,
      last: Promise.resolve(),
    };
    this.uploads.set(id, { caller, folder, ...fresh });
    return { upload: id, folder };
  }

  /** Resolves when the piece is written. @throws EngineError `usage.arguments`, `store.diskFull`, `store.*` */
  append(caller: string, id: string, name: string, bytes: Uint8Array): Promise<void> {
    const upload = this.find(caller, id);
    const written = upload.last.then(() => this.write(upload, harmlessName(name), bytes));
    upload.last = written.catch(() => undefined);
    return written;
  }

  async discard(caller: string, id: string): Promise<void> {
    const upload = this.find(caller, id);
    this.uploads.delete(id);
    await remove(upload);
  }

  /** Removes what a window leaves behind that is gone. */
  discardOf(caller: string): void {
    for (const [id, upload] of [...this.uploads])
      if (upload.caller === caller) {
        this.uploads.delete(id);
        // The folder is removed at the latest when the workspace is next opened.
        remove(upload).catch(() => undefined);
      }
  }

  private find(caller: string, id: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.caller !== caller)
      throw new EngineError(
        faultCodes.usage,
        `Upload '${id}': it must have been begun by this window and not be discarded.`,
      );
    return upload;
  }

  private async write(upload: Upload, name: string, bytes: Uint8Array): Promise<void> {
    const { folder, files, folders } = upload;
    const path = join(folder, name);
    files.add(name);
    if (files.size > this.limits.files)
      throw new EngineError(faultCodes.usage, `Upload: it may have at most ${this.limits.files} files.`);
    upload.unchecked += bytes.length;
    if (upload.unchecked >= checkEvery) await this.checkSpace(upload);
    await guardedAsync(`File '${name}'`, async () => {
      const parent = dirname(path);
      if (!folders.has(parent)) await mkdir(parent, { recursive: true });
      folders.add(parent);
      await appendFile(path, bytes);
    });
  }

  private async checkSpace(upload: Upload): Promise<void> {
    const { bavail, bsize } = await statfs(upload.folder);
    if (bavail * bsize < this.limits.reserve)
      throw new EngineError(
        faultCodes.diskFull,
        'Upload: the disk is nearly full; nothing was imported. Free some space, then try again.',
      );
    upload.unchecked = 0;
  }
}

async function remove({ folder, last }: Upload): Promise<void> {
  // A piece that is being written would make its folder anew.
  await last;
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** A relative path with `/` that stays inside. */
function harmlessName(name: string): string {
  const parts = name.split('/');
  const isHarmless = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part));
  if (!isHarmless || (process.platform === 'win32' && /[<>:"|?*]/.test(name)))
    throw new EngineError(
      faultCodes.usage,
      `Upload: '${name}' must be a relative path that stays in the upload's folder.`,
    );
  return name;
}
