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

export async function pageParts(): Promise<PageParts> {
  runtime ??= compressedRuntime();
  return { script, style, scriptHash: hashOf(script), styleHash: hashOf(style), runtime: await runtime };
}

let runtime: Promise<Uint8Array> | undefined;

async function compressedRuntime(): Promise<Uint8Array> {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  return compress(await readFile(join(packageFolder, 'ort-wasm-simd-threaded.wasm')));
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
