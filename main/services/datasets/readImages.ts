// Images: sheets of equal tiles, and folders whose names are the classes.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash } from 'node:crypto';
import sharp from 'sharp';
import type { Column } from '../../../engine/data/dataSet.js';
import type { ReaderOf } from './description.js';
import { dataFault, gibibyte, readBounded } from './readBounded.js';

const mostPixels = 100_000_000;
const mostFileBytes = 256 * 2 ** 20;

export interface ImageTable {
  readonly columns: Column[];
  readonly rows: number;
  readonly remarks: readonly string[];
}

function labelColumn(codes: Int32Array, categories: readonly string[]): Column {
  return { type: 'category', name: 'label', codes, categories };
}

/** Decodes to 8-bit samples of 1 or 3 channels, rows outermost; transparent pixels are laid on white. */
async function decodePixels(bytes: Uint8Array, channels: 1 | 3, size?: { width: number; height: number }) {
  const image = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).flatten({ background: '#fff' });
  const sized = size ? image.resize({ ...size, fit: 'fill' }) : image;
  // sharp widens grey to three channels; 'b-w' brings it to one.
  const colour = channels === 1 ? sized.toColourspace('b-w').extractChannel(0) : sized.toColourspace('srgb');
  return colour.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
}

/** Tiles row by row; `rowsPerClass` rows of tiles belong to each class in turn. */
export async function readTiles(file: string, reader: ReaderOf<'tiles'>, hash?: Hash): Promise<ImageTable> {
  const bytes = await readBounded(file, mostFileBytes, hash);
  const { data, info } = await decodePixels(bytes, 1).catch((error: unknown) => {
    throw dataFault(
      'image',
      file,
      `cannot be decoded as an image (${error instanceof Error ? error.message : 'unknown'})`,
    );
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

interface ImageFile {
  readonly path: string;
  readonly label: number;
}

/** One file after the other is decoded and resized; only the resized samples stay in memory. Unreadable files are told, not fatal. */
export async function readImageFolder(
  folder: string,
  reader: ReaderOf<'imageFolder'>,
  hash?: Hash,
): Promise<ImageTable> {
  const { width, height, channels } = reader;
  const { files, classes } = await listImages(folder);
  const size = width * height * channels;
  if (files.length * size > 2 * gibibyte)
    throw dataFault(
      'tooLarge',
      folder,
      `${files.length} images of ${width}×${height}×${channels} exceed 2 GiB; choose a smaller size`,
    );
  const pixels = new Uint8Array(files.length * size);
  const codes: number[] = [];
  const unreadable: string[] = [];
  for (const { path, label } of files) {
    try {
      const bytes = await readBounded(path, mostFileBytes);
      const { data } = await decodePixels(bytes, channels, { width, height });
      toPlanes(data, channels, pixels.subarray(codes.length * size));
      codes.push(label);
      hash?.update(`${classes[label]!}\0`).update(bytes);
    } catch (error) {
      unreadable.push(`${path} (${error instanceof Error ? error.message : 'unknown'})`);
    }
  }
  if (codes.length === 0)
    throw dataFault(
      'image',
      folder,
      `none of its ${files.length} files could be read as an image; the first: ${unreadable[0] ?? 'none'}`,
    );
  const shown = unreadable.slice(0, 5).join('; ');
  const remarks =
    unreadable.length > 0 ? [`${unreadable.length} of ${files.length} files could not be read: ${shown}`] : [];
  const image: Column = {
    type: 'array',
    name: 'image',
    dtype: 'uint8',
    shape: [channels, height, width],
    data: pixels.subarray(0, codes.length * size),
  };
  return { columns: [image, labelColumn(Int32Array.from(codes), classes)], rows: codes.length, remarks };
}

/** Interleaved samples to channels × height × width. */
export function toPlanes(samples: Uint8Array, channels: number, into: Uint8Array): void {
  const plane = samples.length / channels;
  for (let at = 0; at < samples.length; at++) into[(at % channels) * plane + Math.floor(at / channels)] = samples[at]!;
}

async function listImages(folder: string): Promise<{ files: ImageFile[]; classes: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true });
  const classes = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const files: ImageFile[] = [];
  for (const [label, name] of classes.entries()) {
    const inside = await readdir(join(folder, name), { withFileTypes: true });
    const images = inside
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
    for (const image of images) files.push({ path: join(folder, name, image), label });
  }
  if (files.length === 0)
    throw dataFault('image', folder, 'a folder of images needs a folder for each class with images in it, got no file');
  return { files, classes };
}

/** One image as raw samples of the shape that a model reads, channels × height × width. */
export async function readOneImage(file: string, shape: readonly number[]): Promise<Uint8Array> {
  const [channels, height, width] = shape;
  if ((channels !== 1 && channels !== 3) || height === undefined || width === undefined)
    throw dataFault('image', file, `the model's input [${shape.join(', ')}] is not an image of 1 or 3 channels`);
  const { data } = await decodePixels(await readBounded(file, mostFileBytes), channels, { width, height }).catch(
    (error: unknown) => {
      throw dataFault(
        'image',
        file,
        `cannot be decoded as an image (${error instanceof Error ? error.message : 'unknown'})`,
      );
    },
  );
  const planes = new Uint8Array(data.length);
  toPlanes(data, channels, planes);
  return planes;
}
