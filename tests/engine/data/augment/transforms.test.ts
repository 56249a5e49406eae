// What each transform does to an image, and that its options mean what they say.
import { describe, expect, it } from 'vitest';
import { augmentations } from '../../../../engine/data/augment/index.js';
import type { AugmentationSource } from '../../../../engine/data/augment/pipeline.js';
import { bytesFormat, drawn, everyExample, largestDifference, original, pipelineOf } from './images.js';

type Transform = AugmentationSource['transforms'][number];

const grey = bytesFormat(1, 6, 8);
const coloured = bytesFormat(3, 6, 8);
const always = (type: string, options: Transform['options'] = {}): Transform => ({ type, probability: 1, options });

/** Options under which a transform changes nothing. */
const idle: Readonly<Record<string, Transform['options']>> = {
  crop: { padding: 0 },
  resizedCrop: { least: 1, most: 1, ratio: 1 },
  pad: { pixels: 0 },
  shift: { horizontal: 0, vertical: 0 },
  rotate: { degrees: 0 },
  shear: { horizontal: 0, vertical: 0 },
  scale: { least: 1, most: 1 },
  perspective: { distortion: 0 },
  colour: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  blur: { least: 0, most: 0 },
  noise: { least: 0, most: 0 },
  saltAndPepper: { share: 0 },
  erase: { least: 0, most: 0 },
};

describe.each(augmentations)('$type', (definition) => {
  const { type, ranges = [], options } = definition;

  it('changes most images by its own options, and keeps them within black and white', () => {
    for (const format of [grey, coloured]) {
      const pipeline = pipelineOf([always(type)], format);
      const images = Array.from(everyExample, (example) => drawn(pipeline, example));
      const changed = images.filter((image, example) => largestDifference(image, original(format, example)) > 0.5);
      expect(changed.length).toBeGreaterThan(20);
      expect(images.every((image) => image.every((value) => value >= 0 && value <= 255))).toBe(true);
    }
  });

  it('does nothing with probability 0', () => {
    const pipeline = pipelineOf([{ type, probability: 0 }], coloured);
    expect(drawn(pipeline, 3)).toEqual(original(coloured, 3));
  });

  it('is described: every option has a label and a default that it accepts, ranges name options', () => {
    expect(definition.description).toMatch(/\.$/);
    for (const option of Object.values(options)) {
      expect(option.label).not.toBe('');
      expect(option.accepts(option.fallback)).toBe(true);
    }
    for (const { from, to } of ranges) expect(Object.keys(options)).toEqual(expect.arrayContaining([from, to]));
  });
});

describe.each(Object.entries(idle))('%s', (type, options) => {
  it('does nothing under options of nothing', () => {
    const pipeline = pipelineOf([always(type, options)], coloured);
    for (const example of everyExample)
      expect(largestDifference(drawn(pipeline, example), original(coloured, example))).toBeLessThan(1e-3);
  });
});

describe('transforms', () => {
  const rows = (image: ArrayLike<number>, width = 8): number[][] =>
    Array.from({ length: image.length / width }, (_, row) => Array.from(image).slice(row * width, (row + 1) * width));

  it('flip: left and right, or up and down', () => {
    const image = rows(original(grey, 2));
    const mirrored = drawn(pipelineOf([always('flip')], grey), 2);
    expect(rows(mirrored)).toEqual(image.map((row) => row.toReversed()));
    const turned = drawn(pipelineOf([always('flip', { direction: 'vertical' })], grey), 2);
    expect(rows(turned)).toEqual(image.toReversed());
  });

  it('flip: applied to about half of the images', () => {
    const pipeline = pipelineOf([{ type: 'flip' }], grey);
    const flipped = Array.from({ length: 400 }, (_, index) =>
      largestDifference(drawn(pipeline, index % 40, Math.floor(index / 40)), original(grey, index % 40)),
    ).filter((difference) => difference > 0).length;
    expect(flipped).toBeGreaterThan(160);
    expect(flipped).toBeLessThan(240);
  });

  it('crop: a window at a whole place of the padded image', () => {
    const pipeline = pipelineOf([always('crop', { padding: 2, edges: 'constant', fill: 1 })], grey);
    const seen = new Set<string>();
    for (const example of everyExample) {
      const image = rows(original(grey, example));
      const window = rows(drawn(pipeline, example));
      const places = [-2, -1, 0, 1, 2].flatMap((top) => [-2, -1, 0, 1, 2].map((left) => [left, top] as const));
      const place = places.find(([left, top]) =>
        window.every((row, y) => row.every((value, x) => value === (image[y + top]?.[x + left] ?? 255))),
      );
      expect(place).toBeDefined();
      seen.add(String(place));
    }
    expect(seen.size).toBeGreaterThan(12);
  });

  it('pad and crop: nothing is lost, whatever the border is made of', () => {
    const transforms = [always('pad', { pixels: 3, edges: 'reflect' }), always('crop', { padding: 0 })];
    const image = rows(original(grey, 1));
    const window = rows(drawn(pipelineOf(transforms, grey), 1));
    const known = new Set(image.flat());
    expect(window.flat().every((value) => known.has(value))).toBe(true);
  });

  it('pad: without a crop the whole canvas is shrunk to the image’s size', () => {
    const shrunk = rows(drawn(pipelineOf([always('pad', { pixels: 6, edges: 'constant', fill: 0 })], grey), 1));
    expect(shrunk.length).toBe(6);
    expect([...shrunk[0]!, ...shrunk[5]!].every((value) => value === 0)).toBe(true);
    expect(shrunk.flat().some((value) => value > 0)).toBe(true);
  });

  it.each(['rotate', 'shear', 'scale'])('%s: leaves the middle where it is', (type) => {
    const square = bytesFormat(1, 7, 7);
    const turned = drawn(pipelineOf([always(type)], square), 4);
    expect(turned[24]).toBeCloseTo(original(square, 4)[24]!, 3);
  });

  it('colour: grey stays grey under saturation and hue', () => {
    const flat = { ...coloured };
    const read = (example: number, into: Float32Array): void => {
      const plane = original(grey, example);
      for (let channel = 0; channel < 3; channel++) into.set(plane, channel * plane.length);
    };
    const options = { brightness: 0, contrast: 0, saturation: 1, hue: 180 };
    const image = drawn(pipelineOf([always('colour', options)], flat, 1, read), 5);
    const plane = original(grey, 5);
    for (let channel = 0; channel < 3; channel++)
      expect(largestDifference(image.subarray(channel * 48, channel * 48 + 48), plane)).toBeLessThan(0.3);
  });

  it('colour: saturation 0 is the luma, a hue of 180 degrees keeps it', () => {
    const luma = (image: ArrayLike<number>, index: number): number =>
      0.299 * image[index]! + 0.587 * image[index + 48]! + 0.114 * image[index + 96]!;
    const unclamped = { ...coloured, clamped: false };
    const options = { brightness: 0, contrast: 0, saturation: 0.9, hue: 180 };
    const image = drawn(pipelineOf([always('colour', options)], unclamped), 5);
    for (let index = 0; index < 48; index++)
      expect(luma(image, index)).toBeCloseTo(luma(original(coloured, 5), index), 2);
  });

  it('blur: keeps the sum of what is far from the edges, and spreads it', () => {
    const wide = bytesFormat(1, 25, 25);
    const dot = (_: number, into: Float32Array): void => {
      into.fill(0);
      into[12 * 25 + 12] = 200;
    };
    const image = drawn(pipelineOf([always('blur', { least: 2, most: 2 })], wide, 1, dot), 0);
    expect(image.reduce((sum, value) => sum + value, 0)).toBeCloseTo(200, 2);
    // The Gaussian's peak, 1 / 2πσ², summed over a pixel and cut at 3σ.
    expect(image[12 * 25 + 12]!).toBeGreaterThan(200 / (2 * Math.PI * 4) - 0.1);
    expect(image[12 * 25 + 12]!).toBeLessThan(200 / (2 * Math.PI * 4) + 0.3);
  });

  it('noise: has the deviation that is asked for', () => {
    const wide = bytesFormat(1, 60, 60);
    const middle = (_: number, into: Float32Array): void => void into.fill(128);
    const image = drawn(pipelineOf([always('noise', { least: 0.1, most: 0.1 })], wide, 1, middle), 0);
    const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
    const deviation = Math.sqrt(image.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.length);
    expect(mean).toBeGreaterThan(126);
    expect(mean).toBeLessThan(130);
    expect(deviation / 25.5).toBeGreaterThan(0.95);
    expect(deviation / 25.5).toBeLessThan(1.05);
  });

  it('saltAndPepper: loses the share of pixels that is asked for, all channels of them', () => {
    const wide = bytesFormat(3, 60, 60);
    const middle = (_: number, into: Float32Array): void => void into.fill(128);
    const image = drawn(pipelineOf([always('saltAndPepper', { share: 0.2, salt: 0.25 })], wide, 1, middle), 0);
    const plane = image.subarray(0, 3600);
    const [salt, pepper] = [255, 0].map((value) => plane.filter((entry) => entry === value).length / 3600);
    expect(salt! + pepper!).toBeCloseTo(0.2, 1);
    expect(salt! / (salt! + pepper!)).toBeCloseTo(0.25, 1);
    expect(image.subarray(3600, 7200)).toEqual(plane);
  });

  it('erase: covers one rectangle of the area and the value that are asked for', () => {
    const wide = bytesFormat(1, 40, 40);
    const options = { least: 0.25, most: 0.25, ratio: 1, value: 1 };
    const middle = (_: number, into: Float32Array): void => void into.fill(128);
    const image = drawn(pipelineOf([always('erase', options)], wide, 1, middle), 0);
    expect(image.filter((value) => value === 255).length).toBe(400);
    expect(image.filter((value) => value === 128).length).toBe(1200);
  });
});
