// What an import would bring, before it is done: format, columns, types, examples, and what is remarkable.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageBlock, ImportOptions } from '../../../contract/services/datasets.js';
import type { Column, DataSet } from '../../../engine/data/dataSet.js';
import { decodeImages } from './decodeImages.js';
import { detectFormat, type Format } from './detectFormat.js';
import type { TableContext } from './duckTable.js';
import { imageBlock } from './imageBlock.js';
import { suggestImageSize, type ImageSize } from './imageSize.js';
import { openImages, type ImageSource } from './imageSource.js';
import { fewestImages } from './readImages.js';
import { findDescription, isDescriptionFile } from './loadDataSet.js';
import { classCountsOf, imageColumnOf, openDataSet } from './openDataSet.js';
import { emptyPreview, type Preview } from './preview.js';
import { previewTable } from './previewTable.js';
import { readDataSet } from './readDataSet.js';
import { defaultWindow } from './sniffDataSet.js';
import type { ImportPlace } from './stageImport.js';
import { openText } from './textFile.js';

const shownImages = 24;
const excerptLength = 4000;

/** @throws EngineError of reading (`data.*`, `file.*`) */
export async function previewImport(path: string, options: ImportOptions, place: ImportPlace): Promise<Preview> {
  const context = { signal: place.signal, progress: place.progress };
  context.progress?.('looking at the file', 0, 0);
  const isNamed = await stat(path).then(
    () => false,
    () => true,
  );
  const format = isNamed || (await isDescriptionFile(path)) ? 'dataset' : await detectFormat(path);
  switch (format) {
    case 'csv':
    case 'parquet':
    case 'json':
    case 'jsonl':
      return previewTable(path, format, options, context);
    case 'text':
      return previewText(path, options);
    case 'imageFolder':
      return previewImages(path, options, context);
    case 'idx':
    case 'npy':
    case 'npz':
    case 'dataset':
      return previewArrays(path, format, options, place);
  }
}

async function bytesAt(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined);
  if (!info) return 0;
  if (!info.isDirectory()) return info.size;
  const sizes = (await readdir(path)).slice(0, 1000).map(async (name) => (await stat(join(path, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function previewText(path: string, options: ImportOptions): Promise<Preview> {
  const file = await openText(path, options.encoding);
  try {
    const text = new TextDecoder().decode(await readFile(file.path));
    const length = options.windowLength ?? defaultWindow;
    const count = Math.max(0, Math.floor((text.length - 1) / length));
    return {
      ...emptyPreview(path, 'text', file.bytes),
      kind: 'text',
      task: 'languageModel',
      count,
      excerpt: text.slice(0, excerptLength),
      windowLength: length,
      csv: null,
      obstacle: count < 3 ? `The text is too short: at least three windows of ${length} characters are needed.` : null,
      remarks: [
        `${new Set(text).size} different characters`,
        ...(file.encoding === 'utf-8' ? [] : [`The text is read as ${file.encoding}`]),
      ],
    };
  } finally {
    await file.close();
  }
}

async function previewImages(path: string, options: ImportOptions, context: TableContext): Promise<Preview> {
  context.progress?.('listing files', 0, 0);
  const source = await openImages(path);
  try {
    const image = options.image ?? (await suggestImageSize(source));
    const classes = source.classes.map((name) => ({ name, count: 0 }));
    const parts = { train: 0, val: 0, test: 0 };
    const { block, broken } = await someImages(source, image, context.signal);
    source.files.forEach(({ label, part }, index) => {
      if (broken.has(index)) return;
      classes[label]!.count++;
      parts[(['train', 'val', 'test'] as const)[part]!]++;
    });
    const count = source.files.length - broken.size;
    const tooLarge = source.files.length * image.width * image.height * image.channels > 2 ** 31;
    return {
      ...emptyPreview(path, 'imageFolder', await bytesAt(path)),
      kind: 'image',
      count,
      classes,
      images: block,
      image,
      parts: source.hasParts ? parts : null,
      obstacle: tooLarge
        ? 'Images of this size would take more than 2 GiB: choose a smaller size.'
        : classes.length < 2
          ? 'There is one class only: a folder for each of at least two classes is needed.'
          : count < fewestImages
            ? `${count === 1 ? 'There is one image' : `There are ${count} images`} that can be read; at least ${fewestImages} are needed to train and test.`
            : null,
      remarks: [
        ...(source.others.length > 0
          ? [`${source.others.length} files that are no images are left out, as ${source.others[0]!}`]
          : []),
        ...Array.from(broken, ([index, why]) => `${source.files[index]!.name} is left out: ${why}`),
      ],
    };
  } finally {
    await source.close();
  }
}

/** Of every class in turn; those among them that cannot be read, with the reason. */
async function someImages(
  source: ImageSource,
  size: ImageSize,
  signal?: AbortSignal,
): Promise<{ block: ImageBlock; broken: Map<number, string> }> {
  const chosen = someOfEach(Int32Array.from(source.files, ({ label }) => label));
  const broken = new Map<number, string>();
  const planes: Uint8Array[] = [];
  const shown: number[] = [];
  const read = (at: number) => source.read(chosen[at]!);
  for await (const image of decodeImages(chosen.length, read, size, signal)) {
    if ('fault' in image) broken.set(chosen[image.index]!, image.fault);
    else {
      planes.push(image.planes);
      shown.push(chosen[image.index]!);
    }
  }
  const { width, height, channels } = size;
  const column: Column = {
    type: 'array',
    name: 'image',
    dtype: 'uint8',
    shape: [channels, height, width],
    data: new Uint8Array(Buffer.concat(planes)),
  };
  const codes = Int32Array.from(shown, (index) => source.files[index]!.label);
  const label: Column = { type: 'category', name: 'label', codes, categories: source.classes };
  const parts = Uint8Array.from(shown, (index) => source.files[index]!.part);
  const block = blockOf([column, label], parts);
  return { block: { ...block, examples: Int32Array.from(shown) }, broken };
}

function someOfEach(labels: Int32Array): number[] {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const list = byClass.get(label) ?? [];
    byClass.set(label, list);
    if (list.length < shownImages) list.push(index);
  });
  const chosen: number[] = [];
  for (let turn = 0; turn < shownImages; turn++)
    for (const list of byClass.values())
      if (list[turn] !== undefined && chosen.length < shownImages) chosen.push(list[turn]!);
  return chosen;
}

function blockOf(columns: readonly Column[], parts: Uint8Array): ImageBlock {
  const dataSet = {
    name: '',
    kind: 'image',
    task: 'classification',
    count: parts.length,
    columns,
    inputs: ['image'],
    target: 'label',
    hash: '',
    remarks: [],
  } satisfies DataSet;
  const all = Int32Array.from({ length: parts.length }, (_, at) => at);
  return imageBlock({ dataSet, partOf: parts }, all, 96);
}

/** Read whole: their parts are told by names and headers, and what they hold only by their content. */
async function previewArrays(
  path: string,
  format: Format,
  options: ImportOptions,
  place: ImportPlace,
): Promise<Preview> {
  const context = { signal: place.signal, progress: place.progress };
  const { folder, description } = await findDescription(path, {
    workspace: place.workspace,
    reading: options,
    target: options.target,
    context,
  });
  context.progress?.('reading arrays', 0, 0);
  const dataSet = await readDataSet(folder, description, context);
  const empty = { train: new Int32Array(0), val: new Int32Array(0), test: new Int32Array(0) };
  const { partOf } = openDataSet(dataSet, description, empty);
  const codes = dataSet.columns.find((column) => column.name === dataSet.target);
  const chosen = Int32Array.from(
    codes?.type === 'category'
      ? someOfEach(codes.codes)
      : Array.from({ length: Math.min(shownImages, dataSet.count) }, (_, at) => at),
  );
  const image = imageColumnOf(dataSet);
  const parts = { train: 0, val: 0, test: 0 };
  dataSet.parts?.forEach((part) => parts[(['train', 'val', 'test'] as const)[part]!]++);
  return {
    ...emptyPreview(path, format, await bytesAt(path)),
    ...(format === 'dataset' && { suggestedName: description.name }),
    kind: dataSet.kind,
    task: dataSet.task,
    count: dataSet.count,
    classes: classCountsOf(dataSet),
    images: image ? imageBlock({ dataSet, partOf: dataSet.parts ?? partOf }, chosen, 96) : null,
    target: dataSet.target,
    parts: dataSet.parts ? parts : null,
    remarks: [
      ...dataSet.remarks,
      ...dataSet.columns.map(
        (column) =>
          `'${column.name}': ${column.type === 'array' ? `${column.dtype} ${column.shape.join('×')}` : column.type}`,
      ),
    ],
  };
}
