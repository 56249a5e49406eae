// Where this installation keeps what it ships.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `resources/<name>` above this file, in the sources as in a build; `undefined` when there is none. */
export function resourceFolder(name: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const candidate = join(folder, 'resources', name);
    if (existsSync(candidate)) return onDisk(candidate);
    folder = dirname(folder);
  }
  return undefined;
}

/** In a packaged app resources lie unpacked beside the archive: libraries that are not Node's cannot read what is inside. */
function onDisk(path: string): string {
  const unpacked = path.replace(/([\\/]app\.asar)(?=[\\/])/, '$1.unpacked');
  return existsSync(unpacked) ? unpacked : path;
}
