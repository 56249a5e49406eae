// The parts of self-contained pages: their script and style come with the build, onnxruntime's WebAssembly from its package.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PageParts } from '../engine/exporters/defineExporter.js';
import script from './exportedPage/page.ts?bundle';
import style from './exportedPage/page.css?raw';

const compress = promisify(gzip);

/** One processor thread: a page from a file is not isolated, so that it gets no shared memory. */
export async function pageParts(): Promise<PageParts> {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  const wasm = await readFile(join(packageFolder, 'ort-wasm-simd-threaded.wasm'));
  return {
    script,
    style,
    scriptHash: hashOf(script),
    styleHash: hashOf(style),
    runtime: await compress(wasm, { level: 9 }),
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
