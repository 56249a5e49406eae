// A file or folder without a description: a sensible one is made from its content and from what a person chose.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import { defaultFractions } from '../../../engine/data/split.js';
import type { DataSetDescription, Reader } from './description.js';
import { detectFormat, type Format } from './detectFormat.js';
import type { TableContext } from './duckTable.js';
import { suggestImageSize } from './imageSize.js';
import { openImages } from './imageSource.js';
import { describeArrays } from './sniffArrays.js';
import { describeIdx } from './sniffIdx.js';
import { describeTable } from './sniffTable.js';
import type { TableReader } from './loadTable.js';

export const defaultWindow = 64;

export interface Sniffed {
  readonly folder: string;
  readonly description: DataSetDescription;
}

export type Common = Pick<DataSetDescription, 'version' | 'name'>;

/**
 * Tables (the target is `target`, else one that is called so or the last that can be predicted), text, arrays, IDX, or a folder of
 * class folders of images.
 * @throws EngineError `data.*`, `file.*`
 */
export async function sniffDataSet(
  path: string,
  options: ImportOptions = {},
  context: TableContext = {},
): Promise<Sniffed> {
  const format = await detectFormat(path);
  const common: Common = { version: 1, name: basename(path) };
  const sniffed = await describe(path, format, common, options, context);
  const { description } = sniffed;
  return {
    ...sniffed,
    description: {
      ...description,
      ...(options.task !== undefined && { task: options.task }),
      ...(options.split && { split: options.split }),
    },
  };
}

async function describe(
  path: string,
  format: Format,
  common: Common,
  options: ImportOptions,
  context: TableContext,
): Promise<Sniffed> {
  switch (format) {
    case 'csv':
    case 'parquet':
    case 'json':
    case 'jsonl': {
      const file = await tableFile(path);
      const found = await describeTable(file, tableReader(format, basename(file), options), options, context);
      return { folder: dirname(file), description: { ...common, ...found } };
    }
    case 'text':
      return { folder: dirname(path), description: describeText(basename(path), common, options) };
    case 'idx':
      return describeIdx(path, common);
    case 'npy':
    case 'npz':
      return describeArrays(path, format, common, options);
    case 'imageFolder':
    case 'dataset':
      return describeImages(path, common, options);
  }
}

/** The file itself, or the one table of a folder. */
export async function tableFile(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  const name = (await readdir(path)).find((entry) => /\.(csv|tsv|parquet|jsonl|json)$/i.test(entry));
  return join(path, name!);
}

export function tableReader(format: Format, file: string, options: ImportOptions): TableReader {
  const types = options.types && { types: options.types };
  if (format === 'parquet') return { kind: 'parquet', file, ...types };
  if (format === 'json' || format === 'jsonl') return { kind: 'json', file, ...types };
  const { delimiter, header, encoding, leaveOutBroken } = options;
  return {
    kind: 'csv',
    file,
    ...types,
    ...(delimiter !== undefined && { delimiter }),
    ...(header !== undefined && { header }),
    ...(encoding !== undefined && { encoding }),
    ...(leaveOutBroken !== undefined && { leaveOutBroken }),
  };
}

function describeText(file: string, common: Common, options: ImportOptions): DataSetDescription {
  const { encoding, windowLength } = options;
  const reader: Reader = { kind: 'text', file, length: windowLength ?? defaultWindow, ...(encoding && { encoding }) };
  const split = { method: 'ordered' as const, fractions: { train: 0.9, val: 0.05, test: 0.05 }, seed: 0 };
  return { ...common, kind: 'text', task: 'languageModel', reader, split };
}

/** Images are brought to the size that they have, where they are small and alike, else to one that trains fast. */
async function describeImages(path: string, common: Common, options: ImportOptions): Promise<Sniffed> {
  const source = await openImages(path);
  try {
    const size = options.image ?? (await suggestImageSize(source));
    const isArchive = !(await stat(path)).isDirectory();
    const place = isArchive ? { folder: basename(path) } : {};
    const reader: Reader = { kind: 'imageFolder', ...place, ...size };
    const split = {
      method: source.hasParts ? ('predefined' as const) : ('stratified' as const),
      fractions: source.hasParts ? { train: 0.8, val: 0.1, test: 0.1 } : defaultFractions,
      seed: 0,
    };
    const description: DataSetDescription = { ...common, kind: 'image', task: 'classification', reader, split };
    return { folder: isArchive ? dirname(path) : path, description };
  } finally {
    await source.close();
  }
}
