// What a file or folder holds, told by its first bytes; its name decides only between kinds of text.
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { ImportPreview } from '../../../contract/services/datasets.js';
import { dataFault } from './readBounded.js';
import { headOf, inflatedHead } from './textFile.js';

export type Format = ImportPreview['format'];

const start = (bytes: Uint8Array, ...expected: number[]) => expected.every((byte, at) => bytes[at] === byte);
const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

/** Kinds of files that are recognised to be refused with a word about what to do instead. */
const foreign: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x89, ...ascii('PNG')], what: 'one PNG image' },
  { magic: [0xff, 0xd8, 0xff], what: 'one JPEG image' },
  { magic: ascii('GIF8'), what: 'one GIF image' },
  { magic: ascii('RIFF'), what: 'one WebP image or a sound' },
  { magic: ascii('%PDF'), what: 'a PDF document' },
  { magic: ascii('\u0080\u0004\u0095'), what: 'a Python pickle, which can run any code when it is read; save as NPZ' },
  { magic: [0x89, ...ascii('HDF')], what: 'an HDF5 file; save the arrays as NPZ' },
  { magic: ascii('SQLite format 3'), what: 'an SQLite database; save the table as CSV or Parquet' },
  { magic: ascii('ARROW1'), what: 'an Arrow file; save it as Parquet' },
  { magic: ascii('Obj\u0001'), what: 'an Avro file; save it as Parquet' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'a Zstandard archive; unpack it first' },
  { magic: ascii('BZh'), what: 'a bzip2 archive; unpack it first' },
  { magic: [0xfd, ...ascii('7zXZ')], what: 'an xz archive; unpack it first' },
  { magic: ascii('7z\u00bc\u00af'), what: 'a 7-Zip archive; unpack it first' },
  { magic: ascii('Rar!'), what: 'a RAR archive; unpack it first' },
];

const known =
  'known are CSV, TSV, Parquet, JSON, JSON lines, text, NPY, NPZ, IDX, folders or ZIP archives of images, and folders with a dataset.json';

/** @throws EngineError `data.notFound`, `data.empty`, `data.kind`, `data.unreadable` */
export async function detectFormat(path: string): Promise<Format> {
  const info = await stat(path).catch((error: unknown) => {
    const { code } = error as { code?: unknown };
    throw code === 'ENOENT' || code === 'ENOTDIR'
      ? dataFault('notFound', path, 'no such file, folder or example')
      : dataFault('unreadable', path, `cannot be opened (${String(code)}); check its permissions`);
  });
  return info.isDirectory() ? folderFormat(path) : fileFormat(path);
}

async function folderFormat(folder: string): Promise<Format> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw dataFault('unreadable', folder, `the folder cannot be read (${String((error as { code?: unknown }).code)})`);
  });
  if (entries.length === 0)
    throw dataFault(
      'empty',
      folder,
      'the folder is empty; a data set needs dataset.json, or a folder of images for each class',
    );
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  if (files.includes('dataset.json')) return 'dataset';
  if (entries.some((entry) => entry.isDirectory() && !entry.name.startsWith('.'))) return 'imageFolder';
  const arrays = files.filter((name) => /\.npy$/i.test(name));
  if (arrays.length > 0) return 'npy';
  for (const name of files.slice(0, 50)) if (isIdx(await unpackedHead(join(folder, name)))) return 'idx';
  const tables = files.filter((name) => /\.(csv|tsv|parquet|jsonl|json)$/i.test(name));
  if (tables.length === 1) return fileFormat(join(folder, tables[0]!));
  return 'imageFolder';
}

async function unpackedHead(path: string): Promise<Uint8Array> {
  const head = await headOf(path, 4096);
  return start(head, 0x1f, 0x8b) ? inflatedHead(path, 4096) : head;
}

export function isIdx(head: Uint8Array): boolean {
  return (
    head[0] === 0 &&
    head[1] === 0 &&
    [8, 9, 11, 12, 13, 14].includes(head[2]!) &&
    head[3]! >= 1 &&
    head[3]! <= 8 &&
    head.length >= 8
  );
}

async function fileFormat(path: string): Promise<Format> {
  const packed = await headOf(path, 4096);
  if (packed.length === 0) throw dataFault('empty', path, 'the file is empty');
  if (start(packed, ...ascii('PAR1'))) return 'parquet';
  if (start(packed, 0x50, 0x4b, 3, 4)) return /\.npz$/i.test(path) ? 'npz' : zipFormat(packed);
  if (start(packed, 0x50, 0x4b, 5, 6)) throw dataFault('empty', path, 'the archive is empty');
  const head = await unpackedHead(path);
  if (start(head, 0x93, ...ascii('NUMPY'))) return 'npy';
  if (isIdx(head)) return 'idx';
  const other = foreign.find(({ magic }) => start(head, ...magic));
  if (other) throw dataFault('kind', path, `it is ${other.what}; ${known}`);
  return textFormat(path, head);
}

/** An archive whose first entry is an array is NumPy's, whatever it is called. */
function zipFormat(head: Uint8Array): Format {
  const length = head[26]! | (head[27]! << 8);
  const name = new TextDecoder().decode(head.subarray(30, 30 + length));
  return /\.npy$/i.test(name) ? 'npz' : 'imageFolder';
}

function textFormat(path: string, head: Uint8Array): Format {
  const name = path.replace(/\.gz$/i, '');
  const extension = extname(name).toLowerCase();
  if (['.csv', '.tsv', '.tab', '.data'].includes(extension)) return 'csv';
  if (['.txt', '.md', '.text'].includes(extension)) return 'text';
  if (['.jsonl', '.ndjson'].includes(extension)) return 'jsonl';
  const text = new TextDecoder(head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(head);
  const first = text.replace('\ufeff', '').trimStart();
  if (extension === '.json' || first.startsWith('[{')) return first.startsWith('[') ? 'json' : 'jsonl';
  if (/^\{.*\}\s*$/m.test(first.split('\n')[0]!)) return 'jsonl';
  if (head.includes(0))
    throw dataFault('kind', path, `cannot tell what '${extension || 'a name without extension'}' holds; ${known}`);
  if (looksTabular(first)) return 'csv';
  throw dataFault('kind', path, `cannot tell what '${extension || 'a name without extension'}' holds; ${known}`);
}

/** Several lines with the same number of a delimiter. */
function looksTabular(text: string): boolean {
  const lines = text
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line !== '')
    .slice(0, 20);
  if (lines.length < 2) return false;
  return [',', ';', '\t', '|'].some((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length);
    return counts[0]! > 1 && counts.every((count) => count === counts[0]);
  });
}
