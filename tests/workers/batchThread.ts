// The batch thread's entry, built into a folder of its own: threads cannot load TypeScript.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface BuiltThread {
  readonly entry: string;
  readonly remove: () => Promise<void>;
}

export async function buildBatchThread(): Promise<BuiltThread> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-thread-'));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: { 'batchThread.node': join(root, 'workers/batchThread.node.ts') },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
    ssr: { noExternal: true },
  });
  return {
    entry: join(folder, 'batchThread.node.mjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
