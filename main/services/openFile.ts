// Opens a file with the program that the system has for it, as a double click would.
import { spawn } from 'node:child_process';
import { EngineError } from '../../engine/ir/diagnostic.js';

/** @returns the command and its arguments; the path is an argument of its own and never seen by a shell */
export function openerFor(platform: NodeJS.Platform, path: string): readonly [command: string, ...args: string[]] {
  if (platform === 'darwin') return ['open', path];
  return platform === 'win32' ? ['explorer.exe', path] : ['xdg-open', path];
}

/** Resolves when the program was started. @throws EngineError `export.open` where there is none */
export function openFile(path: string): Promise<void> {
  const [command, ...args] = openerFor(process.platform, path);
  return new Promise((resolve, reject) => {
    const started = spawn(command, args, { detached: true, stdio: 'ignore' });
    started.once('spawn', () => {
      started.unref();
      resolve();
    });
    started.once('error', () =>
      reject(
        new EngineError(
          'export.open',
          `File '${path}': this system has no ${command} to open it with. Open it in a browser yourself.`,
          { path },
        ),
      ),
    );
  });
}
