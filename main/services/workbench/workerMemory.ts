// How much memory the worker processes hold that a launcher has started.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Launch } from '../launcher.js';

const run = promisify(execFile);
/** Bytes; the unit of /proc on every machine that Node runs on but few. */
const pageSize = 4096;

export class WorkerMemory {
  private readonly living = new Set<number>();

  /** The same launcher, whose workers are counted. */
  watch(launch: Launch): Launch {
    return (entry) => {
      const worker = launch(entry);
      const { pid } = worker;
      if (pid === undefined) return worker;
      this.living.add(pid);
      void worker.exited.then(() => this.living.delete(pid));
      return worker;
    };
  }

  /** Resident bytes of those that live; 0 where the system does not tell. */
  async total(): Promise<number> {
    const sizes = await Promise.all([...this.living].map((pid) => residentBytes(pid).catch(() => 0)));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

async function residentBytes(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const [, resident] = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    return Number(resident) * pageSize;
  }
  if (process.platform === 'win32') return 0;
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * 1024;
}
