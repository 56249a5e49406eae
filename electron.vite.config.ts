// What is built and how, in electron-vite's shape; scripts/build.mjs builds `main` with Vite itself, which needs no Electron.
import { readdirSync } from 'node:fs';
import type { UserConfig } from 'vite';

/** Each `workers/<name>.node.ts` becomes `out/main/<name>.node.js`, which a launcher starts as a child process. */
function workerEntries(): Record<string, string> {
  const files = readdirSync(new URL('workers', import.meta.url)).filter((name) => name.endsWith('.node.ts'));
  return Object.fromEntries(files.map((name) => [name.slice(0, -'.ts'.length), `workers/${name}`]));
}

const main: UserConfig = {
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out/main',
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { cli: 'main/cli/index.ts', ...workerEntries() },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
};

export default { main };
