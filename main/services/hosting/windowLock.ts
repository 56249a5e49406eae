// Only one process shows the window of a workspace: `window.lock` in its folder says which, and how to get in.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive, ownIdentity } from '../../store/processIdentity.js';

const ownerSchema = z.object({
  pid: z.int(),
  startedAt: z.string(),
  host: z.string(),
  /** The address with its token, which lets a browser in; null: the window is one of the desktop application. */
  address: z.string().nullable(),
});

/** Who shows the window. The file can be read by its user only: the address holds a secret. */
export type WindowOwner = z.infer<typeof ownerSchema>;

const fileName = 'window.lock';

/** The process that shows the window of this workspace now; undefined where there is none or it has died. */
export function windowOwner(workspace: string): WindowOwner | undefined {
  const owner = readOwner(join(workspace, fileName));
  return owner && isAlive(owner) ? owner : undefined;
}

/**
 * Makes this process the owner.
 * @returns undefined, or the owner that was there first
 */
export function takeWindow(workspace: string, address: string | null): WindowOwner | undefined {
  const lock = join(workspace, fileName);
  const { pid, startedAt, host } = ownIdentity();
  // Written beside its place and linked there, so that nobody sees half of it and only one of two comes first.
  const draft = join(workspace, `.${fileName}.${pid}`);
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify({ pid, startedAt, host, address }), { mode: 0o600, flag: 'wx' });
  try {
    for (;;) {
      if (place(draft, lock)) return undefined;
      const owner = windowOwner(workspace);
      if (owner && !(owner.pid === pid && owner.host === host)) return owner;
      removeStale(lock, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Ends what {@link takeWindow} began. */
export function leaveWindow(workspace: string): void {
  const lock = join(workspace, fileName);
  const owner = readOwner(lock);
  const own = ownIdentity();
  if (owner?.pid === own.pid && owner.host === own.host) rmSync(lock, { force: true });
}

/** The port of the last owner, living or not: under the same port a browser finds what it has cached. */
export function lastPort(workspace: string): number | undefined {
  const address = readOwner(join(workspace, fileName))?.address;
  return address ? Number(new URL(address).port) : undefined;
}

/** Whether the lock was free. */
function place(draft: string, lock: string): boolean {
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    return placeCopy(draft, lock);
  }
}

/** For file systems without links. */
function placeCopy(draft: string, lock: string): boolean {
  try {
    writeFileSync(lock, readFileSync(draft), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the file away before it is looked at again: another process may have put a living one there meanwhile. */
function removeStale(lock: string, aside: string): void {
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const owner = readOwner(aside);
  if (owner && isAlive(owner) && owner.pid !== process.pid) place(aside, lock);
  rmSync(aside, { force: true });
}

function readOwner(path: string): WindowOwner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
