// Bundles a TypeScript program of the tests (a benchmark, the pictures) for Node and loads it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './ensureInstalled.mjs';

/** @returns the module's exports */
export async function loadBundled(entry, name) {
  const { build } = await import('vite');
  const outDir = join(root, 'node_modules/.cache/bundled');
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { input: { [name]: entry }, output: { format: 'es', entryFileNames: '[name].mjs' } },
    },
  });
  return import(pathToFileURL(join(outDir, `${name}.mjs`)).href);
}
