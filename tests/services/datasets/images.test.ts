// Images: folders of classes and sheets of tiles made with sharp, exact where the format is, and files that are broken.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { findColumn, type ArrayColumn, type CategoryColumn, type DataSet } from '../../../engine/data/dataSet.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { decodeIdx } from '../../../main/services/datasets/decodeIdx.js';
import type { ReaderOf } from '../../../main/services/datasets/description.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { readMaybeGzip } from '../../../main/services/datasets/readBounded.js';
import { toPlanes } from '../../../main/services/datasets/decodeImages.js';
import { readImageFolder, readOneImage, readTiles } from '../../../main/services/datasets/readImages.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

type Colour = readonly [red: number, green: number, blue: number];

/** A picture whose left half has one colour and whose right half another. */
async function halves(left: Colour, right: Colour, side = 4): Promise<Buffer> {
  const samples = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const column = Math.floor(at / 3) % side;
    return (column < side / 2 ? left : right)[at % 3]!;
  });
  return sharp(samples, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const imagesOf = (dataSet: DataSet): ArrayColumn => findColumn(dataSet, 'image') as ArrayColumn;
const reader = { kind: 'imageFolder', width: 4, height: 4, channels: 3 } as const;
const [red, green, blue, white, black]: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
] as const;

describe('A folder of images', () => {
  it('becomes channels × height × width, labelled by the names of its folders in order', async () => {
    const folder = folderOf({
      'dog/1.png': await halves(red, green),
      'cat/b.png': await halves(blue, black),
      'cat/a.png': await halves(white, red),
    });
    const { columns, rows } = await readImageFolder(folder, reader);
    const [image, label] = columns as [ArrayColumn, CategoryColumn];
    expect(rows).toBe(3);
    expect(label).toMatchObject({ categories: ['cat', 'dog'], codes: Int32Array.of(0, 0, 1) });
    expect(image).toMatchObject({ dtype: 'uint8', shape: [3, 4, 4] });
    const planes = (left: Colour, right: Colour): number[] =>
      [0, 1, 2].flatMap((channel) =>
        new Array<number[]>(4).fill([left[channel]!, left[channel]!, right[channel]!, right[channel]!]).flat(),
      );
    expect([...(image.data as Uint8Array)]).toEqual([
      ...planes(white, red),
      ...planes(blue, black),
      ...planes(red, green),
    ]);
  });

  it('is resized, brought to grey, laid on white where transparent, and read in other formats', async () => {
    const square = (channels: 3 | 4, background: { r: number; g: number; b: number; alpha?: number }): Sharp =>
      sharp({ create: { width: 9, height: 5, channels, background } });
    const folder = folderOf({
      'a/grey.png': await square(3, { r: 80, g: 80, b: 80 }).toColourspace('b-w').png().toBuffer(),
      'a/clear.png': await square(4, { r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer(),
      'b/photo.jpg': await square(3, { r: 80, g: 80, b: 80 }).jpeg({ quality: 100 }).toBuffer(),
      'b/small.webp': await square(3, { r: 80, g: 80, b: 80 }).webp({ lossless: true }).toBuffer(),
    });
    for (const channels of [1, 3] as const) {
      const { columns } = await readImageFolder(folder, { ...reader, width: 2, height: 3, channels });
      const { data, shape } = columns[0] as ArrayColumn;
      expect(shape).toEqual([channels, 3, 2]);
      const size = channels * 6;
      const constant = [255, 80, 80, 80];
      constant.forEach((value, index) =>
        expect([...(data as Uint8Array).subarray(index * size, (index + 1) * size)]).toEqual(
          new Array<number>(size).fill(value),
        ),
      );
    }
  });

  it('loads by its path, with unreadable files told and left out', async () => {
    const pictures = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          const name = `${index % 2 ? 'odd' : 'even'}/${index}.png`;
          return [name, await halves(index % 2 ? red : blue, [index, index, index])] as const;
        }),
      ),
    );
    const folder = folderOf({
      ...pictures,
      'odd/notes.txt': 'not a picture',
      'odd/.hidden': 'x',
      'even/cut.png': pictures['even/0.png']!.subarray(0, 40),
    });
    const { dataSet, split } = await loadDataSet(folder);
    expect(dataSet).toMatchObject({ kind: 'image', task: 'classification', count: 6 });
    expect(imagesOf(dataSet).shape).toEqual([3, 4, 4]);
    expect(dataSet.remarks).toEqual([
      expect.stringMatching(/^1 of 7 files could not be read: even\/cut\.png \(/),
      '1 files that are no images were left out: odd/notes.txt',
    ]);
    expect(split.train.length).toBeGreaterThan(0);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no folder of a class', { 'a.png': 'x' }, /needs a folder for each class .*, got an image without one/],
    ['no image', { 'a/x.png': 'x', 'b/y.png': 'y' }, /none of its 2 files can be read as an image/],
  ])('is refused with %s', async (_, files, message) => {
    await expect(readImageFolder(folderOf(files), reader)).rejects.toThrow(message);
  });

  it('that is empty is refused', async () => {
    await expect(loadDataSet(temporaryFolder())).rejects.toMatchObject({ code: 'data.empty' });
  });
});

describe('One image', () => {
  it('is read as the folder is', async () => {
    const folder = folderOf({ 'a/1.png': await halves(red, green), 'b/2.png': await halves(blue, white) });
    const { columns } = await readImageFolder(folder, reader);
    const { data } = columns[0] as ArrayColumn;
    expect(await readOneImage(join(folder, 'b/2.png'), [3, 4, 4])).toEqual((data as Uint8Array).slice(48));
  });

  it('for a model that reads no images is refused', async () => {
    const folder = folderOf({ 'a.png': await halves(red, green) });
    await expect(readOneImage(join(folder, 'a.png'), [7])).rejects.toMatchObject({ code: 'data.image' });
  });
});

describe('A sheet of tiles', () => {
  it('is cut row by row; rows belong to the classes in turn', async () => {
    const samples = Uint8Array.from({ length: 6 * 4 }, (_, at) => at * 10);
    const sheet = await sharp(samples, { raw: { width: 6, height: 4, channels: 1 } })
      .png()
      .toBuffer();
    const folder = folderOf({ 'sheet.png': sheet });
    const tiles: ReaderOf<'tiles'> = {
      kind: 'tiles',
      file: 'sheet.png',
      tileWidth: 3,
      tileHeight: 2,
      rowsPerClass: 1,
      classes: ['x', 'y'],
    };
    const { columns } = await readTiles(join(folder, 'sheet.png'), tiles);
    const [image, label] = columns as [ArrayColumn, CategoryColumn];
    expect([...label.codes]).toEqual([0, 0, 1, 1]);
    expect([...(image.data as Uint8Array).subarray(6, 12)]).toEqual([30, 40, 50, 90, 100, 110]);
    await expect(readTiles(join(folder, 'sheet.png'), { ...tiles, tileWidth: 4 })).rejects.toThrow(/do not fill 6×4/);
  });
});

describe('toPlanes', () => {
  it('undoes the interleaving of channels', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 3), fc.uint8Array({ minLength: 3, maxLength: 60 }), (channels, given) => {
        const samples = given.subarray(0, given.length - (given.length % channels));
        const planes = new Uint8Array(samples.length);
        toPlanes(samples, channels, planes);
        const plane = samples.length / channels;
        samples.forEach((value, at) => expect(planes[(at % channels) * plane + Math.floor(at / channels)]).toBe(value));
      }),
    );
  });
});

describe('Broken files', () => {
  let png = new Uint8Array();
  let jpeg = new Uint8Array();
  const idx = Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 40, 0, 0, 0, 3, ...Array.from({ length: 120 }, (_, at) => at % 7)]);
  beforeAll(async () => {
    png = new Uint8Array(await halves(red, green, 16));
    jpeg = new Uint8Array(await sharp(png).jpeg().toBuffer());
  });

  /** Bytes changed at some places, and cut short now and then. */
  const changes = fc.record({
    places: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)), {
      maxLength: 12,
    }),
    kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  });
  type Changes = typeof changes extends fc.Arbitrary<infer T> ? T : never;
  const changed = (bytes: Uint8Array, { places, kept }: Changes): Uint8Array => {
    const copy = bytes.slice();
    for (const [place, value] of places) copy[Math.floor(place * copy.length)] = value;
    return copy.subarray(0, Math.ceil(kept * copy.length));
  };

  /** The work either succeeds or throws an error of ours. */
  async function survives(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => expect(error).toBeInstanceOf(EngineError));
  }

  it('of images are decoded or refused, never a crash', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'fuzz.img');
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), async (change, usePng) => {
        writeFileSync(file, changed(usePng ? png : jpeg, change));
        await survives(async () => {
          expect(await readOneImage(file, [3, 8, 8])).toHaveLength(192);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('that claim to be huge pictures are refused before they are unpacked', async () => {
    const file = join(temporaryFolder(), 'huge.png');
    const huge = png.slice();
    // The width and height of the header, which no checksum may save.
    huge.set([0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0], 16);
    writeFileSync(file, huge);
    await expect(readOneImage(file, [3, 8, 8])).rejects.toMatchObject({ code: 'data.image' });
  });

  it('of gzip are unpacked or refused, within their bound', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'fuzz.gz');
    const packed = new Uint8Array(gzipSync(idx));
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        writeFileSync(file, changed(packed, change));
        await survives(async () => decodeIdx(await readMaybeGzip(file, 4096), file));
      }),
      { numRuns: 150 },
    );
    writeFileSync(file, gzipSync(new Uint8Array(2 ** 24)));
    await expect(readMaybeGzip(file, 2 ** 20)).rejects.toMatchObject({ code: 'data.gzip' });
    writeFileSync(file, packed);
    expect(decodeIdx(await readMaybeGzip(file, 4096), file).shape).toEqual([40, 3]);
  });

  it('IDX of signed bytes keep their signs', async () => {
    const file = join(temporaryFolder(), 'signed.idx');
    writeFileSync(file, Uint8Array.from([0, 0, 9, 1, 0, 0, 0, 3, 255, 1, 128]));
    expect(decodeIdx(await readMaybeGzip(file, 4096), file)).toEqual({
      dtype: 'int8',
      shape: [3],
      data: Int8Array.of(-1, 1, -128),
    });
  });
});
