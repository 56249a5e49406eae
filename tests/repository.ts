// The repository's folder, from wherever a test or a bundle of one lies.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json'))) {
    if (folder === dirname(folder)) throw new Error('tests: they must lie in the repository');
    folder = dirname(folder);
  }
  return folder;
}

export const repository = find();
