// Images: sheets of equal tiles, and folders whose names are the classes.
import type { Hash } from 'node:crypto';
import type { Column } from '../../../engine/data/dataSet.js';
import type { ReaderOf } from './description.js';
import { decodeImages, decodePixels, toPlanes, whyNot } from './decodeImages.js';
import type { TableContext } from './duckTable.js';
import type { ImageSize } from './imageSize.js';
import { openImages, type ImageSource } from './imageSource.js';
import { dataFault, gibibyte, readBounded } from './readBounded.js';

const mostFileBytes = 256 * 2 ** 20;
/** To train and test. */
export const fewestImages = 3;

export interface ImageTable {
  readonly columns: Column[];
  readonly rows: number;
  readonly remarks: readonly string[];
  readonly parts?: Uint8Array;
}

function labelColumn(codes: Int32Array, categories: readonly string[]): Column {
  return { type: 'category', name: 'label', codes, categories };
}

/** Tiles row by row; `rowsPerClass` rows of tiles belong to each class in turn. */
export async function readTiles(file: string, reader: ReaderOf<'tiles'>, hash?: Hash): Promise<ImageTable> {
  const bytes = await readBounded(file, mostFileBytes, hash);
  const { data, info } = await decodePixels(bytes, 1).catch((error: unknown) => {
    throw dataFault('image', file, `cannot be decoded as an image (${whyNot(error)})`);
  });
  const { tileWidth, tileHeight, rowsPerClass, classes } = reader;
  const across = info.width / tileWidth;
  const down = info.height / tileHeight;
  if (!Number.isInteger(across) || down !== rowsPerClass * classes.length)
    throw dataFault(
      'image',
      file,
      `tiles of ${tileWidth}×${tileHeight}, ${rowsPerClass} rows for each of ${classes.length} classes, do not fill ${info.width}×${info.height}`,
    );
  const size = tileWidth * tileHeight;
  const count = across * down;
  const pixels = new Uint8Array(count * size);
  for (let tile = 0; tile < count; tile++)
    for (let row = 0; row < tileHeight; row++) {
      const from = (Math.floor(tile / across) * tileHeight + row) * info.width + (tile % across) * tileWidth;
      pixels.set(data.subarray(from, from + tileWidth), tile * size + row * tileWidth);
    }
  const codes = Int32Array.from({ length: count }, (_, tile) => Math.floor(tile / across / rowsPerClass));
  const image: Column = {
    type: 'array',
    name: 'image',
    dtype: 'uint8',
    shape: [1, tileHeight, tileWidth],
    data: pixels,
  };
  return { columns: [image, labelColumn(codes, classes)], rows: count, remarks: [] };
}

/** Several files at once are decoded and resized; only the resized samples stay in memory. Unreadable files are told, not fatal. */
export async function readImageFolder(
  path: string,
  reader: ReaderOf<'imageFolder'>,
  hash?: Hash,
  { signal, progress }: TableContext = {},
): Promise<ImageTable> {
  const { width, height, channels } = reader;
  const source = await openImages(path);
  try {
    const { files } = source;
    const size = width * height * channels;
    requireFitting(path, files.length, reader);
    const pixels = new Uint8Array(files.length * size);
    const kept: number[] = [];
    const unreadable: string[] = [];
    for await (const image of decodeImages(files.length, (index) => source.read(index), reader, signal)) {
      if (image.index % 64 === 0) progress?.('reading images', image.index, files.length);
      const { name, label } = files[image.index]!;
      if ('fault' in image) {
        unreadable.push(`${name} (${image.fault})`);
        continue;
      }
      pixels.set(image.planes, kept.length * size);
      kept.push(image.index);
      hash?.update(`${source.classes[label]!}\0`).update(image.bytes);
    }
    const { columns, parts, remarks } = imageTable(path, source, kept, unreadable);
    const image: Column = {
      type: 'array',
      name: 'image',
      dtype: 'uint8',
      shape: [channels, height, width],
      data: kept.length === files.length ? pixels : pixels.slice(0, kept.length * size),
    };
    return { columns: [image, ...columns], rows: kept.length, remarks, ...(parts && { parts }) };
  } finally {
    await source.close();
  }
}

/** @throws EngineError `data.tooLarge` */
export function requireFitting(path: string, count: number, { width, height, channels }: ImageSize): void {
  if (count * width * height * channels <= 2 * gibibyte) return;
  throw dataFault(
    'tooLarge',
    path,
    `${count} images of ${width}×${height}×${channels} exceed 2 GiB; choose a smaller size`,
  );
}

/** What there is besides the pixels, of the files that could be read. @throws EngineError `data.image` where too few could */
export function imageTable(
  path: string,
  { files, classes, hasParts, others }: ImageSource,
  kept: readonly number[],
  unreadable: readonly string[],
): { columns: Column[]; parts?: Uint8Array; remarks: string[] } {
  const some = (names: readonly string[]) => `${names.slice(0, 5).join('; ')}${names.length > 5 ? '; …' : ''}`;
  if (kept.length < fewestImages && unreadable.length > 0)
    throw dataFault(
      'image',
      path,
      `${kept.length === 0 ? 'none' : `only ${kept.length}`} of its ${files.length} files can be read as an image, and at least ${fewestImages} are needed; left out: ${some(unreadable)}`,
    );
  return {
    columns: [
      labelColumn(
        Int32Array.from(kept, (index) => files[index]!.label),
        classes,
      ),
    ],
    ...(hasParts && { parts: Uint8Array.from(kept, (index) => files[index]!.part) }),
    remarks: [
      ...(unreadable.length > 0
        ? [`${unreadable.length} of ${files.length} files could not be read: ${some(unreadable)}`]
        : []),
      ...(others.length > 0 ? [`${others.length} files that are no images were left out: ${some(others)}`] : []),
    ],
  };
}

/** One image as raw samples of the shape that a model reads, channels × height × width. */
export async function readOneImage(file: string, shape: readonly number[]): Promise<Uint8Array> {
  const [channels, height, width] = shape;
  if ((channels !== 1 && channels !== 3) || height === undefined || width === undefined)
    throw dataFault('image', file, `the model's input [${shape.join(', ')}] is not an image of 1 or 3 channels`);
  const { data } = await decodePixels(await readBounded(file, mostFileBytes), channels, { width, height }).catch(
    (error: unknown) => {
      throw dataFault('image', file, `cannot be decoded as an image (${whyNot(error)})`);
    },
  );
  const planes = new Uint8Array(data.length);
  toPlanes(data, channels, planes);
  return planes;
}
