// Starts workers as utility processes: the packaged app's own program cannot be run as Node (a fuse forbids it).
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { faultCodes } from '../../contract/fault.js';
import { HostError } from '../services/hosting/hostError.js';
import type { WorkerExit, WorkerProcess } from '../services/launcher.js';

/** The built chunks may lie one folder deeper than the entries. */
function entryPath(entry: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const path = [here, dirname(here)].map((folder) => join(folder, `${entry}.js`)).find((file) => existsSync(file));
  if (path === undefined)
    throw new HostError(faultCodes.workerMissing, `Worker '${entry}': it is not part of this build.`);
  return path;
}

export function utilityLauncher(entry: string): WorkerProcess {
  const child = utilityProcess.fork(entryPath(entry), [], { stdio: 'inherit', serviceName: `Descent ${entry}` });
  const exited = new Promise<WorkerExit>((resolve) => {
    child.once('exit', (code) => resolve({ code, signal: null }));
  });
  return {
    exited,
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    kill: () => {
      // Workers leave SIGTERM to their parent, so that Ctrl+C in a terminal does not end them before they have saved.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      else child.kill();
    },
  };
}
