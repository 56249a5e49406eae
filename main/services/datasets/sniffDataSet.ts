// A file or folder without a description: a sensible one is made from its name and first bytes.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { defaultFractions } from '../../../engine/data/split.js';
import type { DataSetDescription, Reader } from './description.js';
import { dataFault } from './readBounded.js';
import { readCsv } from './readCsv.js';

const imageSide = 64;
const windowLength = 64;

export interface Sniffed {
  readonly folder: string;
  readonly description: DataSetDescription;
}

/**
 * CSV and TSV (the target is `target` or the last column: regression when it is a number with more than 20 values), text,
 * or a folder of class folders of images (resized to 64×64, colour).
 */
export async function sniffDataSet(path: string, target?: string): Promise<Sniffed> {
  const info = await stat(path).catch(() => {
    throw dataFault('notFound', path, 'no such file, folder or example');
  });
  const common = { version: 1 as const, name: basename(path) };
  if (info.isDirectory()) return sniffFolder(path, common);
  const folder = dirname(path);
  const file = basename(path);
  const extension = extname(path).toLowerCase();
  if (extension === '.csv' || extension === '.tsv' || extension === '.data')
    return sniffTable(folder, file, common, target);
  if (extension === '.txt' || extension === '.md') {
    const reader: Reader = { kind: 'text', file, length: windowLength };
    const split = { method: 'ordered' as const, fractions: { train: 0.9, val: 0.05, test: 0.05 }, seed: 0 };
    return { folder, description: { ...common, kind: 'text', task: 'languageModel', reader, split } };
  }
  throw dataFault(
    'kind',
    path,
    `cannot tell what '${extension || 'a name without extension'}' holds; known are .csv, .tsv, .txt, folders of images, and folders with a dataset.json`,
  );
}

type Common = Pick<DataSetDescription, 'version' | 'name'>;

async function sniffFolder(folder: string, common: Common): Promise<Sniffed> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0)
    throw dataFault(
      'empty',
      folder,
      'the folder is empty; a data set needs dataset.json, or a folder of images for each class',
    );
  const tables = entries.filter((entry) => entry.isFile() && /\.(csv|tsv)$/i.test(entry.name));
  if (tables.length === 1 && !entries.some((entry) => entry.isDirectory()))
    return sniffTable(folder, tables[0]!.name, common, undefined);
  const reader: Reader = { kind: 'imageFolder', width: imageSide, height: imageSide, channels: 3 };
  const split = { method: 'stratified' as const, fractions: defaultFractions, seed: 0 };
  return { folder, description: { ...common, kind: 'image', task: 'classification', reader, split } };
}

async function sniffTable(folder: string, file: string, common: Common, target: string | undefined): Promise<Sniffed> {
  const reader: Reader = { kind: 'csv', file };
  const { columns } = await readCsv(join(folder, file), reader);
  const chosen = columns.find((column) => column.name === (target ?? columns.at(-1)?.name));
  if (!chosen)
    throw dataFault(
      'column',
      join(folder, file),
      `no column '${target ?? ''}' to predict; it has ${columns.map((column) => `'${column.name}'`).join(', ')}`,
    );
  const distinct = chosen.type === 'number' ? new Set(chosen.values) : undefined;
  const isRegression =
    distinct !== undefined &&
    (distinct.size > 20 || [...distinct].some((value) => !Number.isInteger(value) && !Number.isNaN(value)));
  const task = isRegression ? 'regression' : 'classification';
  const typed: Reader = isRegression ? reader : { ...reader, types: { [chosen.name]: 'category' } };
  const split = {
    method: isRegression ? ('random' as const) : ('stratified' as const),
    fractions: defaultFractions,
    seed: 0,
  };
  return { folder, description: { ...common, kind: 'tabular', task, reader: typed, target: chosen.name, split } };
}
