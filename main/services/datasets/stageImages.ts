// Images on their way into a workspace: each is written as soon as it is read, so that memory does not grow with their number.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { sizeOf } from '../../../engine/ir/shape.js';
import { element } from '../../../engine/ir/tensor.js';
import type { ArrayColumn, Column } from '../../../engine/data/dataSet.js';
import { decodeIdx, readIdxHeader } from './decodeIdx.js';
import { decodeImages } from './decodeImages.js';
import type { ReaderOf } from './description.js';
import type { TableContext } from './duckTable.js';
import { openImages } from './imageSource.js';
import { dataFault, gibibyte, readMaybeGzip } from './readBounded.js';
import { numberedClasses } from './readIdx.js';
import { imageTable, requireFitting } from './readImages.js';
import type { GrowingArray, StagedFolder } from './stagedFolder.js';
import { headOf } from './textFile.js';

/** What was written: the column of images has no data here, they are in `file`. */
export interface StagedImages {
  readonly image: ArrayColumn<'uint8'>;
  readonly file: string;
  readonly others: readonly Column[];
  readonly parts?: Uint8Array;
  readonly count: number;
  readonly remarks: readonly string[];
}

const file = '0-image.npy';
const mostBytes = 2 * gibibyte - 4096;
/** Bytes that are written at once. */
const pieceBytes = 1 << 20;

/** @throws EngineError of reading and of the store */
export async function stageImageFolder(
  path: string,
  reader: ReaderOf<'imageFolder'>,
  folder: StagedFolder,
  { signal, progress }: TableContext,
): Promise<StagedImages> {
  const { width, height, channels } = reader;
  const shape = [channels, height, width];
  progress?.('listing files', 0, 0);
  const source = await openImages(path);
  try {
    requireFitting(path, source.files.length, reader);
    const kept: number[] = [];
    const unreadable: string[] = [];
    await growing(folder, shape, async (array) => {
      const pieces = new Pieces(array);
      for await (const image of decodeImages(source.files.length, (index) => source.read(index), reader, signal)) {
        if (image.index % 32 === 0) progress?.('reading images', image.index, source.files.length);
        if ('fault' in image) unreadable.push(`${source.files[image.index]!.name} (${image.fault})`);
        else {
          kept.push(image.index);
          await pieces.add(image.planes);
        }
      }
      await pieces.end();
      return kept.length;
    });
    const { columns, parts, remarks } = imageTable(path, source, kept, unreadable);
    return { image: emptyImages(shape), file, others: columns, count: kept.length, remarks, ...(parts && { parts }) };
  } finally {
    await source.close();
  }
}

function emptyImages(shape: readonly number[]): ArrayColumn<'uint8'> {
  return { type: 'array', name: 'image', dtype: 'uint8', shape, data: new Uint8Array(0) };
}

async function growing(
  folder: StagedFolder,
  shape: readonly number[],
  fill: (array: GrowingArray) => Promise<number>,
): Promise<void> {
  const array = await folder.growArray(file, 'uint8', shape);
  try {
    await array.finish(await fill(array));
  } finally {
    await array.close();
  }
}

/** Gathers small images to pieces that are worth a write. */
class Pieces {
  private waiting: Uint8Array[] = [];
  private bytes = 0;

  constructor(private readonly array: GrowingArray) {}

  async add(piece: Uint8Array): Promise<void> {
    this.waiting.push(piece);
    this.bytes += piece.length;
    if (this.bytes >= pieceBytes) await this.end();
  }

  async end(): Promise<void> {
    if (this.waiting.length === 0) return;
    const joined = this.waiting.length === 1 ? this.waiting[0]! : Buffer.concat(this.waiting);
    this.waiting = [];
    this.bytes = 0;
    await this.array.append(joined);
  }
}

type IdxParts = readonly { readonly part: number; readonly examples: string; readonly labels: string }[];

function partsOf(folder: string, { parts }: ReaderOf<'idx'>): IdxParts {
  return [parts.train, parts.val, parts.test].flatMap((given, part) =>
    given ? [{ part, examples: join(folder, given.examples), labels: join(folder, given.labels) }] : [],
  );
}

/** Whether all examples are bytes: others are brought to the machine's order in memory. */
export async function isStreamable(folder: string, reader: ReaderOf<'idx'>): Promise<boolean> {
  for (const { examples } of partsOf(folder, reader)) {
    const head = await headOf(examples, 64 * 1024);
    const header = readIdxHeader(head[0] === 0x1f && head[1] === 0x8b ? await firstBytes(examples) : head, examples);
    if (header.dtype !== 'uint8' || header.shape.length > 4) return false;
  }
  return true;
}

async function firstBytes(path: string): Promise<Uint8Array> {
  for await (const piece of unpacked(path, true)) return piece;
  return new Uint8Array(0);
}

function unpacked(path: string, isCompressed: boolean): AsyncIterable<Buffer> {
  const source = createReadStream(path, { highWaterMark: pieceBytes });
  return isCompressed ? source.pipe(createGunzip({ chunkSize: pieceBytes })) : source;
}

/** @throws EngineError `data.idx`, `data.gzip` */
export async function stageIdx(
  path: string,
  reader: ReaderOf<'idx'>,
  folder: StagedFolder,
  { signal, progress }: TableContext,
): Promise<StagedImages> {
  const labels: number[] = [];
  const parts: number[] = [];
  const given = partsOf(path, reader);
  const first = await headerOf(given[0]!.examples);
  const inner = first.shape.slice(1);
  const shape = inner.length === 2 ? [1, ...inner] : inner;
  await growing(folder, shape, async (array) => {
    for (const { part, examples, labels: labelFile } of given) {
      const { shape: own } = await headerOf(examples);
      if (own.slice(1).join() !== inner.join())
        throw dataFault('idx', examples, `examples must be uint8 [${inner.join(', ')}] as in the training part`);
      const codes = decodeIdx(await readMaybeGzip(labelFile, 256 * 2 ** 20), labelFile);
      if (codes.shape.length !== 1 || codes.shape[0] !== own[0])
        throw dataFault(
          'idx',
          labelFile,
          `must hold one label for each of ${own[0]!} examples, got [${codes.shape.join(', ')}]`,
        );
      await copyContent(examples, array, (done, total) => {
        signal?.throwIfAborted();
        const toExamples = own[0]! / Math.max(1, total);
        progress?.(`reading ${part === 0 ? 'training' : 'further'} images`, Math.floor(done * toExamples), own[0]!);
      });
      for (let at = 0; at < own[0]!; at++) {
        labels.push(element(codes, at));
        parts.push(part);
      }
    }
    return labels.length;
  });
  const codes = Int32Array.from(labels);
  const label: Column = {
    type: 'category',
    name: 'label',
    codes,
    categories: reader.classes ?? numberedClasses(codes),
  };
  const hasParts = given.length > 1;
  return {
    image: emptyImages(shape),
    file,
    others: [label],
    count: labels.length,
    remarks: [],
    ...(hasParts && { parts: Uint8Array.from(parts) }),
  };
}

async function headerOf(path: string) {
  const head = await headOf(path, 4096);
  return readIdxHeader(head[0] === 0x1f && head[1] === 0x8b ? await firstBytes(path) : head, path);
}

/** The bytes behind the header, exactly as many as it says. */
async function copyContent(
  path: string,
  array: GrowingArray,
  tell: (done: number, total: number) => void,
): Promise<void> {
  const { shape, start } = await headerOf(path);
  const total = sizeOf(shape);
  if (total > mostBytes) throw dataFault('tooLarge', path, `${total} bytes exceed ${mostBytes}`);
  const packed = await headOf(path, 2);
  let position = 0;
  try {
    for await (const piece of unpacked(path, packed[0] === 0x1f && packed[1] === 0x8b)) {
      const from = Math.max(0, start - position);
      position += piece.length;
      if (position - start > total)
        throw dataFault('idx', path, `more bytes follow than the ${total} that its header says`);
      if (from < piece.length) await array.append(piece.subarray(from));
      tell(Math.max(0, position - start), total);
    }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw dataFault('gzip', path, `not a whole gzip file (${String(message)})`);
    throw error;
  }
  if (position - start < total)
    throw dataFault(
      'idx',
      path,
      `the header says [${shape.join(', ')}] × 1 bytes, but ${Math.max(0, position - start)} bytes follow; is the file truncated?`,
    );
}
