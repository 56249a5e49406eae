// What is built and how, in electron-vite's shape; scripts/build.mjs builds each part with Vite itself, which needs no Electron.
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import type { Plugin, UserConfig } from 'vite';
import { bundledScript } from './scripts/bundledScript.js';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Where the build goes; scripts/build.mjs may choose another folder. */
const out = process.env.DESCENT_OUT ?? join(root, 'out');

/** Each `workers/<name>.<host>.ts` becomes an entry of that name, which a launcher starts. */
function workerEntries(host: 'node' | 'web'): Record<string, string> {
  const files = readdirSync(join(root, 'workers')).filter((name) => name.endsWith(`.${host}.ts`));
  return Object.fromEntries(files.map((name) => [name.slice(0, -'.ts'.length), `workers/${name}`]));
}

const names = { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' };

/** Node: the command line and the processes and threads that it starts. */
const main: UserConfig = {
  publicDir: false,
  plugins: [bundledScript()],
  build: {
    ssr: true,
    target: 'node20',
    outDir: join(out, 'main'),
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      // Dawn by itself: the peers of the benchmark run on the adapter that it picks.
      input: {
        cli: 'main/cli/index.ts',
        electron: 'main/electron/index.ts',
        'dawn.node': 'workers/webgpu/dawn.node.ts',
        'dataThread.node': 'main/services/datasets/dataThread.ts',
        ...workerEntries('node'),
      },
      preserveEntrySignatures: 'strict',
      output: { format: 'es', ...names },
    },
  },
};

/** onnxruntime's WebAssembly and its loader, as files that the workers fetch from their own origin. */
const ortFiles: Plugin = {
  name: 'onnxruntime-files',
  closeBundle() {
    const to = join(out, 'web/onnxruntime');
    mkdirSync(to, { recursive: true });
    for (const ending of ['mjs', 'wasm']) {
      const name = `ort-wasm-simd-threaded.asyncify.${ending}`;
      const from = join(root, 'node_modules/onnxruntime-web/dist', name);
      const built = statSync(join(to, name), { throwIfNoEntry: false });
      const { size, mtimeMs } = statSync(from);
      if (built?.size !== size || built.mtimeMs < mtimeMs) cpSync(from, join(to, name));
    }
  },
};

/** Browsers: the dedicated web workers. A module of Node that found its way in fails the build. */
const web: UserConfig = {
  publicDir: false,
  plugins: [ortFiles, withoutNode()],
  // onnxruntime's own files stay files; without this condition its loader and WebAssembly would be part of a chunk.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'production'] },
  build: {
    target: 'chrome128',
    outDir: join(out, 'web'),
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    modulePreload: false,
    rolldownOptions: {
      input: workerEntries('web'),
      preserveEntrySignatures: 'strict',
      output: { format: 'es', ...names },
    },
  },
};

function withoutNode(): Plugin {
  return {
    name: 'no-node-modules',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source.startsWith('node:') || source === 'webgpu')
        this.error(`${importer ?? 'an entry'}: a web worker imports no '${source}'; only *.node.ts may`);
      return null;
    },
  };
}

/** The window. Vue's compiler has run by then, so no code is made from text at run time and the content policy can forbid it. */
const renderer: UserConfig = {
  root: join(root, 'renderer'),
  publicDir: false,
  base: './',
  plugins: [vue(), withoutNode()],
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    target: 'chrome128',
    outDir: join(out, 'window'),
    emptyOutDir: false,
    sourcemap: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: { index: 'renderer/index.html' },
      output: {
        chunkFileNames: 'chunks/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // One file instead of one for each icon that two panels share: a panel that opens would ask for dozens of them.
        codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: 'icons', test: /@lucide/ }] },
      },
    },
  },
};

/** The bridge into Electron's window: sandboxed, so it is one file in the old form of modules and imports nothing but `electron`. */
const preload: UserConfig = {
  publicDir: false,
  build: {
    target: 'chrome128',
    outDir: join(out, 'preload'),
    emptyOutDir: false,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: 'preload/index.ts' },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
};

export default { main, preload, web, renderer };
