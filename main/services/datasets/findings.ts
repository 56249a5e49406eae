// What was found out about a data set and takes reading all of it, kept in `<workspace>/cache/datasets` by the hash of what it is about.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrame, encodeFrame } from '../../../contract/channel/frame.js';

/** Of the form of what is kept: another number makes everything be found out anew. */
const version = 4;
let temporaries = 0;

export class Findings {
  constructor(private readonly folder: string) {}

  /** What is kept under this key, else what `find` makes of it, which is kept from then on. */
  async get<T>(key: string, find: () => Promise<T>): Promise<T> {
    const known = await this.peek<T>(key);
    if (known !== undefined) return known;
    const found = await find();
    await this.keep(key, found);
    return found;
  }

  /** Undefined where nothing is kept. */
  async peek<T>(key: string): Promise<T | undefined> {
    try {
      return decodeFrame(await readFile(this.path(key))) as T;
    } catch {
      return undefined;
    }
  }

  /** Not being able to keep it is no reason to fail: it is found out again. */
  async keep(key: string, value: unknown): Promise<void> {
    const temporary = `${this.path(key)}.${process.pid}-${++temporaries}.tmp`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(temporary, encodeFrame(value));
      await rename(temporary, this.path(key));
    } catch {
      return;
    }
  }

  private path(key: string): string {
    return join(this.folder, `${key}-v${version}.bin`);
  }
}

/** A key for a folder of files that nobody writes to: of the description, and of sizes and times of all files. */
export async function folderKey(folder: string): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(join(folder, 'dataset.json')));
  for (const name of (await readdir(folder)).sort()) {
    const { size, mtimeMs } = await stat(join(folder, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}
