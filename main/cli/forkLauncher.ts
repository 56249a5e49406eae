// Starts workers as child processes of Node: the built entries lie beside this one.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultCodes } from '../../contract/fault.js';
import type { WorkerExit, WorkerProcess } from '../services/launcher.js';
import { CliError } from './exitCode.js';

/** The built chunks may lie one folder deeper than the entries. */
function entryPath(entry: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const path = [here, dirname(here)].map((folder) => join(folder, `${entry}.js`)).find((file) => existsSync(file));
  if (path === undefined)
    throw new CliError(faultCodes.workerMissing, `Worker '${entry}': it is not part of this build.`);
  return path;
}

/** In a process group of its own, so that Ctrl+C reaches it as our request to stop and not as a signal. */
export function forkLauncher(entry: string): WorkerProcess {
  const child = fork(entryPath(entry), [], {
    serialization: 'advanced',
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<WorkerExit>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }));
    // `close` comes after the last message, `exit` may come before it.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    exited,
    pid: child.pid,
    send: (message) => {
      // A worker that has just ended cannot be told anything; `exited` says so.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
