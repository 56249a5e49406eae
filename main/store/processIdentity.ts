// Which process does a run: its number alone would be taken over by a later process, so its start time goes with it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the words of the system; '' where the system does not tell. */
  readonly startedAt: string;
  readonly host: string;
}

/** Whether a process has this number now. */
export function isProcessId(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let own: ProcessIdentity | undefined;

export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, startedAt: startOf(process.pid), host: hostname() };
  return own;
}

/**
 * Whether that process still lives. Of a process on another machine (a workspace on a shared disk) nothing can be known:
 * it counts as living.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  if (!isProcessId(identity.pid)) return false;
  return identity.startedAt === '' || identity.startedAt === startOf(identity.pid);
}

/** Linux: boot and clock ticks since boot; other Unix: `ps`; Windows: unknown. */
function startOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name in parentheses may itself hold blanks and parentheses; field 22 is the 20th after it. `Z`: dead, not yet reaped.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return 'dead';
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${fields[19]!}`;
    }
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
