// Reads files whole with a bound, and decompresses gzip with another: a small file cannot ask for all memory.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { EngineError } from '../../../engine/ir/diagnostic.js';

export const gibibyte = 2 ** 30;
const unzip = promisify(gunzip);

export function dataFault(code: string, file: string, text: string): EngineError {
  return new EngineError(`data.${code}`, `${basename(file)}: ${text}`, { path: file });
}

/** A Buffer as what it is called in types: a Buffer's `slice` would be a view and not a copy. */
function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The bytes of a regular file of at most `limit` bytes. */
export async function readBounded(file: string, limit = 2 * gibibyte - 1, hash?: Hash): Promise<Uint8Array> {
  const handle = await open(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw code === 'ENOENT'
      ? new EngineError('file.notFound', `${file}: the file does not exist`, { path: file })
      : dataFault('unreadable', file, `the file cannot be opened (${code})`);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw dataFault('unreadable', file, 'must be a regular file');
    if (stat.size > limit) throw dataFault('tooLarge', file, `must be at most ${limit} bytes, got ${stat.size}`);
    const bytes = plainBytes(await handle.readFile());
    hash?.update(bytes);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** As {@link readBounded}; a gzip file (by its first bytes) is decompressed to at most `limit` bytes. */
export async function readMaybeGzip(file: string, limit: number, hash?: Hash): Promise<Uint8Array> {
  const bytes = await readBounded(file, limit, hash);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return plainBytes(await unzip(bytes, { maxOutputLength: limit }));
  } catch (error) {
    throw dataFault(
      'gzip',
      file,
      `not a whole gzip file of at most ${limit} bytes (${error instanceof Error ? error.message : 'unknown'})`,
    );
  }
}

/** Adds the bytes of a file to a hash, a piece at a time. */
export async function hashFile(file: string, hash: Hash): Promise<void> {
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>)
    hash.update(piece);
}

export function newHash(): Hash {
  return createHash('sha256');
}
