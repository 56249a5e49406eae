// Text files as UTF-8: what they are encoded in is found from their bytes; others and compressed ones are rewritten to a temporary file.
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { makeScratchFolder } from '../../store/scratchFolders.js';
import { dataFault, gibibyte } from './readBounded.js';

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** Uncompressed. */
const mostBytes = 16 * gibibyte;
const sniffed = 1 << 20;

export interface TextFile {
  /** UTF-8, without a byte order mark where it was rewritten. */
  readonly path: string;
  readonly encoding: Encoding;
  /** Of the original. */
  readonly bytes: number;
  /** Removes what was written. */
  close(): Promise<void>;
}

/** @throws EngineError `file.notFound`, `data.unreadable`, `data.text`, `data.gzip`, `data.tooLarge` */
export async function openText(file: string, encoding?: Encoding, signal?: AbortSignal): Promise<TextFile> {
  const head = await headOf(file);
  const { size } = await stat(file);
  const isCompressed = head[0] === 0x1f && head[1] === 0x8b;
  const start = isCompressed ? await inflatedHead(file) : head;
  const found = encoding ?? (await encodingOf(file, start, isCompressed));
  if (!isCompressed && found === 'utf-8') {
    await checkText(file, signal);
    return { path: file, encoding: found, bytes: size, close: () => Promise.resolve() };
  }
  const folder = await makeScratchFolder('text');
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, basename(file).replace(/\.gz$/i, ''));
    await rewrite(file, path, { encoding: found, isCompressed, signal });
    await checkText(path, signal, file);
    return { path, encoding: found, bytes: size, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The first bytes of a file. @throws EngineError `file.notFound`, `data.unreadable` */
export async function headOf(file: string, length = sniffed): Promise<Uint8Array> {
  const handle = await open(file).catch((error: unknown) => {
    const { code } = error as { code?: unknown };
    throw code === 'ENOENT'
      ? dataFault('notFound', file, 'the file does not exist')
      : dataFault('unreadable', file, `the file cannot be opened (${String(code)}); check its permissions`);
  });
  try {
    if (!(await handle.stat()).isFile()) throw dataFault('unreadable', file, 'must be a regular file');
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Of a gzip file: what its beginning unpacks to. Empty where it is broken; reading it whole will tell. */
export async function inflatedHead(file: string, length = 65_536): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let size = 0;
  const source = createReadStream(file);
  try {
    for await (const piece of source.pipe(createGunzip()) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      if ((size += piece.length) >= length) break;
    }
  } catch {
    // Told when it is read whole.
  } finally {
    source.destroy();
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** By the byte order mark; else UTF-8 where it is valid, UTF-16 where every other byte is zero, else Windows-1252. */
async function encodingOf(file: string, head: Uint8Array, isCompressed: boolean): Promise<Encoding> {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(Math.min(head.length, 4096) / 2);
  const zeros = [0, 0];
  for (let at = 0; at < 2 * pairs; at++) if (head[at] === 0) zeros[at % 2]!++;
  if (pairs > 1 && zeros[1]! > pairs * 0.4 && zeros[0]! < pairs * 0.1) return 'utf-16le';
  if (pairs > 1 && zeros[0]! > pairs * 0.4 && zeros[1]! < pairs * 0.1) return 'utf-16be';
  if (isCompressed) return isUtf8Start(head) ? 'utf-8' : 'windows-1252';
  return (await isAllUtf8(file)) ? 'utf-8' : 'windows-1252';
}

/** A character may be cut at the end. */
function isUtf8Start(bytes: Uint8Array): boolean {
  return [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, Math.max(0, bytes.length - cut))));
}

async function isAllUtf8(file: string): Promise<boolean> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const cut = [0, 1, 2, 3].find((length) => isUtf8(bytes.subarray(0, bytes.length - length)));
    if (cut === undefined) return false;
    rest = bytes.subarray(bytes.length - cut);
  }
  return rest.length === 0;
}

interface Rewriting {
  readonly encoding: Encoding;
  readonly isCompressed: boolean;
  readonly signal: AbortSignal | undefined;
}

async function rewrite(from: string, to: string, { encoding, isCompressed, signal }: Rewriting): Promise<void> {
  const decoder = new TextDecoder(encoding);
  let size = 0;
  const decode = new Transform({
    transform(piece: Buffer, _, done) {
      size += piece.length;
      if (size > mostBytes) done(dataFault('tooLarge', from, `unpacked it exceeds ${mostBytes} bytes`));
      else done(null, Buffer.from(decoder.decode(piece, { stream: true })));
    },
    flush(done) {
      done(null, Buffer.from(decoder.decode()));
    },
  });
  const steps = [createReadStream(from), ...(isCompressed ? [createGunzip()] : []), decode, createWriteStream(to)];
  try {
    await pipeline(steps, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw dataFault('gzip', from, `not a whole gzip file (${String(message)})`);
    throw error;
  }
}

/** A zero byte in a text means that it is none. */
async function checkText(path: string, signal: AbortSignal | undefined, file = path): Promise<void> {
  let line = 1;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    const zero = piece.indexOf(0);
    if (zero < 0) {
      line += linesIn(piece, piece.length);
      continue;
    }
    throw dataFault(
      'text',
      file,
      `line ${line + linesIn(piece, zero)} has a zero byte, which no text has; is it a binary file, or cut off?`,
    );
  }
}

function linesIn(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
