// Reads what a person wants predicted: a file, a folder of images, or a text; as rows by column name.
import { stat, readdir } from 'node:fs/promises';
import { extname, join, basename, dirname } from 'node:path';

import type { Column } from '../../engine/data/dataSet.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { Preprocessing } from '../../engine/data/preprocessing.js';
import type { NamedRow } from '../../contract/jobs.js';
import { readCsv } from './datasets/readCsv.js';
import { readOneImage } from './datasets/readImages.js';

const imageFile = /\.(png|jpe?g|webp|gif|tiff?|avif|bmp)$/i;

/**
 * Images for models of images, tables (CSV, TSV) for the rest; for models of text, a text that names no file is the input.
 * @throws EngineError `file.notFound`, `data.*`
 */
export async function readPredictionInput(preprocessing: Preprocessing, input: string): Promise<NamedRow[]> {
  const [first] = preprocessing.inputs;
  const info = await stat(input).catch(() => undefined);
  if (!info) {
    if (first?.kind === 'characters' || first?.kind === 'windows')
      return [{ name: input, row: { [first.column]: input } }];
    throw new EngineError('file.notFound', `Input '${input}': there is no such file or folder.`);
  }
  if (first?.kind === 'array') return readImages(first.column, first.shape, input, info.isDirectory());
  if (info.isDirectory())
    throw new EngineError('data.kind', `Input '${input}': this model reads tables or texts, got a folder.`);
  return readRows(input);
}

async function readImages(
  column: string,
  shape: readonly number[],
  input: string,
  isFolder: boolean,
): Promise<NamedRow[]> {
  const names = isFolder ? (await readdir(input)).filter((name) => imageFile.test(name)).sort() : [basename(input)];
  if (names.length === 0) throw new EngineError('data.empty', `Input '${input}': there is no image in the folder.`);
  const folder = isFolder ? input : dirname(input);
  return Promise.all(
    names.map(async (name) => ({ name, row: { [column]: await readOneImage(join(folder, name), shape) } })),
  );
}

async function readRows(file: string): Promise<NamedRow[]> {
  const delimiter = extname(file).toLowerCase() === '.tsv' ? '\t' : undefined;
  const { columns } = await readCsv(file, { kind: 'csv', file: basename(file), ...(delimiter && { delimiter }) });
  const count = columns[0] ? cellsOf(columns[0]).length : 0;
  return Array.from({ length: count }, (_, index) => ({
    name: `row ${index + 1}`,
    row: Object.fromEntries(columns.map((column) => [column.name, cellsOf(column)[index]])),
  }));
}

function cellsOf(column: Column): readonly (string | number | undefined)[] {
  if (column.type === 'number') return Array.from(column.values, (value) => (Number.isNaN(value) ? undefined : value));
  if (column.type === 'category') return Array.from(column.codes, (code) => column.categories[code]);
  return column.type === 'text' ? column.values : [];
}
