// The preview: which images it shows, in which order it makes them, and that they are those that train.
import { describe, expect, it } from 'vitest';
import type { ImageBlock } from '../../../contract/services/datasets.js';
import { previewAugmentation } from '../../../engine/data/augment/previewAugmentation.js';
import { augmentationSchema } from '../../../engine/data/augment/pipeline.js';
import { candidates, spreadOverClasses } from '../../../renderer/features/data/augmentation/chooseExamples.js';
import { planesOf, PreviewImages, writePixels } from '../../../renderer/features/data/augmentation/previewImages.js';
import { PreviewWork, type Tile } from '../../../renderer/features/data/augmentation/previewWork.js';

const format = { channels: 3, width: 6, height: 5, white: 255, clamped: true };
const size = 30;

/** Pixels of an example, RGBA. */
const pixel = (example: number, at: number): number => (example * 37 + at * 11) % 256;

function block(examples: Int32Array): ImageBlock {
  const pixels = new Uint8Array(examples.length * size * 4);
  examples.forEach((example, place) => {
    for (let at = 0; at < size * 4; at++) pixels[place * size * 4 + at] = at % 4 === 3 ? 255 : pixel(example, at);
  });
  const classes = examples.map((example) => example % 3);
  const parts = new Uint8Array(examples.length);
  return { width: 6, height: 5, pixels, examples, classes, parts, total: examples.length };
}

const partners = Int32Array.from({ length: 50 }, (_, index) => index * 2);
const augmentation = augmentationSchema.parse({
  transforms: [{ type: 'rotate' }, { type: 'noise' }, { type: 'mixup', probability: 0.6 }],
});
const examples = [4, 10, 18];
const tiles: Tile[] = [undefined, 7, 8].flatMap((epoch) => examples.map((example) => ({ example, epoch })));

describe('A preview', () => {
  it('asks once for what it needs, makes it, and shows what trains', async () => {
    const asked: number[][] = [];
    const images = new PreviewImages((wanted) => {
      asked.push([...wanted]);
      return Promise.resolve(block(wanted));
    }, 3);
    const work = new PreviewWork(images, format);
    const missing = work.start({ augmentation, seed: 3, partners, tiles });
    expect(examples.every((example) => missing.has(example))).toBe(true);
    const shown = new Map<number, Float32Array>();
    expect(work.proceed(Infinity, (tile, image) => shown.set(tile, image.slice()))).toBe(false);
    expect(shown.size).toBe(0);
    await Promise.all([images.need(missing), images.need(missing)]);
    expect(asked).toHaveLength(1);
    work.proceed(Infinity, (tile, image) => shown.set(tile, image.slice()));
    expect(shown.size).toBe(9);
    const read = (example: number, into: Float32Array): void =>
      into.set(planesOf(block(Int32Array.of(example)).pixels, 3));
    const trained = previewAugmentation({ format, read }, augmentation, { seed: 3, epoch: 8, examples, partners });
    for (const [row] of examples.entries()) expect(shown.get(6 + row)).toEqual(trained.slice(row * 90, row * 90 + 90));
  });

  it('makes at least one image a turn, and goes on where it stopped', async () => {
    const images = new PreviewImages((wanted) => Promise.resolve(block(wanted)), 3);
    const work = new PreviewWork(images, format);
    await images.need(work.start({ augmentation, seed: 3, partners, tiles }));
    const order: number[] = [];
    let turns = 1;
    while (work.proceed(0, (tile) => order.push(tile))) turns++;
    expect(turns).toBe(9);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('draws grey and colour from planes, and back', () => {
    const pixels = block(Int32Array.of(5)).pixels;
    const into = new Uint8ClampedArray(pixels.length);
    writePixels(planesOf(pixels, 3), 3, into);
    expect([...into]).toEqual([...pixels]);
    writePixels(Float32Array.of(10.4, 300), 1, into.subarray(0, 8));
    expect([...into.subarray(0, 8)]).toEqual([10, 10, 10, 255, 255, 255, 255, 255]);
  });
});

describe('The images of a preview', () => {
  it('are of as many classes as there are, in their order', () => {
    const classes = Int32Array.of(2, 0, 0, 1, 2, 0);
    expect(spreadOverClasses(Int32Array.of(10, 11, 12, 13, 14, 15), classes, 5)).toEqual([11, 13, 10, 12, 14]);
    expect(spreadOverClasses(Int32Array.of(10, 11), Int32Array.of(-1, -1), 5)).toEqual([10, 11]);
  });

  it('are others with every turn, and the same for the same turn', () => {
    const part = Int32Array.from({ length: 5000 }, (_, index) => index * 3);
    expect(candidates(part, 1)).toEqual(candidates(part, 1));
    expect(candidates(part, 1)).not.toEqual(candidates(part, 2));
    expect(new Set(candidates(part, 1)).size).toBe(96);
    expect(candidates(part.subarray(0, 5), 1)).toEqual(part.slice(0, 5));
  });
});
