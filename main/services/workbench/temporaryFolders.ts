// Folders that are of use only while this process lives: `<workspace>/temporary/<process>-<number>`.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessId } from '../../store/processIdentity.js';

const namePattern = /^(\d+)-\d+$/;

export class TemporaryFolders {
  private readonly root: string;
  private made = 0;

  /** Removes what processes left behind that are gone. */
  constructor(workspace: string) {
    this.root = join(workspace, 'temporary');
    for (const name of namesIn(this.root)) {
      const owner = Number(namePattern.exec(name)?.[1]);
      // A folder of this number was another process's: this one has made none yet.
      if (owner > 0 && (owner === process.pid || !isProcessId(owner))) remove(join(this.root, name));
    }
  }

  make(): string {
    const folder = join(this.root, `${process.pid}-${++this.made}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Removes those of this process. */
  removeAll(): void {
    for (const name of namesIn(this.root)) if (name.startsWith(`${process.pid}-`)) remove(join(this.root, name));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
