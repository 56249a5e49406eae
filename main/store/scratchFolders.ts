// Folders in the system's temporary folder, `descent-<kind>-<process>-<random>`. Whoever makes one removes it; what processes left
// there that were killed, a later one removes.
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessId } from './processIdentity.js';

export type ScratchKind = 'table' | 'text';

const namePattern = /^descent-(?:table|text)-(\d+)-[^-]+$/;
/** Milliseconds. A container may share the folder and not the numbers of processes: what is in use there is younger than this. */
const leastAge = 3_600_000;

/** Its name keeps {@link removeAbandonedScratch} of other processes away while this one lives. */
export function makeScratchFolder(kind: ScratchKind, root = tmpdir()): Promise<string> {
  return mkdtemp(join(root, `descent-${kind}-${process.pid}-`));
}

/** Removes this user's folders whose process is gone; what cannot be removed stays. */
export async function removeAbandonedScratch(root = tmpdir(), now = Date.now()): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const path = join(root, name);
    const owner = Number(namePattern.exec(name)?.[1]);
    if (owner > 0 && !isProcessId(owner) && (await isOwnAndOld(path, now)))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A link of that name leads elsewhere and is left alone. */
async function isOwnAndOld(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  const user = process.getuid?.();
  return (
    found !== undefined &&
    found.isDirectory() &&
    (user === undefined || found.uid === user) &&
    now - found.mtimeMs > leastAge
  );
}
