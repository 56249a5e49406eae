// Failures of disk and database as errors with a code and a remedy.
import { EngineError } from '../../engine/ir/diagnostic.js';
import { faultCodes } from '../../contract/fault.js';

const full = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);
const denied = new Set(['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM']);
const busy = new Set(['SQLITE_BUSY', 'SQLITE_LOCKED']);
const corrupt = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** An error of the file system or of the database as an EngineError about `subject`; others pass through as they are. */
export function storeError(error: unknown, subject: string): Error {
  if (error instanceof EngineError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const system = systemCode(error);
  if (system === undefined) return error;
  const [code, why] = describe(system, error.message);
  return new EngineError(code, `${subject}: ${why}`, {}, []);
}

function describe(system: string, message: string): [code: string, why: string] {
  if (full.has(system))
    return [faultCodes.diskFull, 'the disk is full; what was saved before is intact. Free some space, then go on.'];
  if (denied.has(system))
    return [faultCodes.notWritable, `it cannot be opened or written (${system}). Check the permissions.`];
  if (busy.has(system))
    return [faultCodes.storeBusy, 'another process kept the workspace locked for too long. Try again when it is done.'];
  // Where there is no room for the file that SQLite's processes share, it says no more than this.
  if (system === 'SQLITE_IOERR')
    return [
      faultCodes.storeFailed,
      `it cannot be read or written (${message}). Mostly the disk is full: free some space, then try again; else it may be failing.`,
    ];
  if (corrupt.has(system))
    return [
      faultCodes.workspaceCorrupt,
      `the database is damaged (${message}). Restore it from a copy, or import the run folders into a new workspace.`,
    ];
  if (system === 'ENOTDIR')
    return [faultCodes.fileMissing, 'it is a file, or a part of its path is, and not a folder.'];
  if (system === 'ENOENT') return [faultCodes.fileMissing, 'there is no such file or folder.'];
  return [faultCodes.storeFailed, message];
}

/** Node's and SQLite's codes; SQLite's extended ones (`SQLITE_IOERR_WRITE`) are cut to those that are told apart. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code.replace(/^(SQLITE_[A-Z]+)_.*/, '$1');
  // libsql reports a file that it cannot open as a bare Error.
  return error.message.startsWith('ConnectionFailed') ? 'SQLITE_CANTOPEN' : undefined;
}

/** Runs `work`; failures of disk and database become errors about `subject`. */
export function guarded<T>(subject: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, subject);
  }
}

/** {@link guarded} for work that takes time. */
export async function guardedAsync<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, subject);
  }
}
