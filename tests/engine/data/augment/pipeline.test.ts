// Pipelines: what may stand in them, how draws are keyed, how images and targets are mixed.
import { describe, expect, it } from 'vitest';
import {
  augmentationFaults,
  augmentationSchema,
  readAugmentation,
  type AugmentationSource,
} from '../../../../engine/data/augment/pipeline.js';
import { bytesFormat, drawn, everyExample, imageCount, largestDifference, original, pipelineOf } from './images.js';

const format = bytesFormat(3, 9, 11);
const geometry: AugmentationSource['transforms'] = [
  { type: 'flip' },
  { type: 'rotate', options: { degrees: 20, edges: 'reflect' } },
  { type: 'shift', options: { edges: 'reflect' } },
];
const everything: AugmentationSource['transforms'] = [
  ...geometry,
  { type: 'colour' },
  { type: 'noise' },
  { type: 'mixup', probability: 1 },
  { type: 'erase' },
  { type: 'cutmix', probability: 0.7 },
];

const faultsOf = (transforms: AugmentationSource['transforms']) =>
  augmentationFaults(augmentationSchema.parse({ transforms })).map(({ code, place }) => [code, place.path]);

describe('an augmentation', () => {
  it('is read with its defaults', () => {
    expect(readAugmentation({ transforms: [{ type: 'flip' }] })).toEqual({
      version: 1,
      transforms: [{ type: 'flip', enabled: true, options: {} }],
    });
  });

  it('says which transform has which fault', () => {
    expect(
      faultsOf([
        { type: 'flip', options: { direction: 'sideways' } },
        { type: 'swirl' },
        { type: 'scale', options: { least: 2, most: 1 } },
        { type: 'rotate', options: { degrees: 400, angle: 3 }, enabled: false },
      ]),
    ).toEqual([
      ['augment.option', 'transforms[0].options.direction'],
      ['augment.unknown', 'transforms[1]'],
      ['augment.range', 'transforms[2].options.least'],
      ['augment.option', 'transforms[3].options.degrees'],
      ['augment.option', 'transforms[3].options.angle'],
    ]);
  });

  it('mixes at most twice', () => {
    const mixup = { type: 'mixup' };
    expect(faultsOf([mixup, mixup, { type: 'cutmix' }])).toEqual([['augment.mixings', 'transforms[2]']]);
    expect(faultsOf([mixup, { ...mixup, enabled: false }, { type: 'cutmix' }])).toEqual([]);
  });

  it.each([
    ['a list', []],
    ['too many transforms', { transforms: new Array(33).fill({ type: 'flip' }) }],
    ['a probability above 1', { transforms: [{ type: 'flip', probability: 1.5 }] }],
    ['unknown fields', { transforms: [{ type: 'flip', chance: 0.5 }] }],
  ])('refuses %s', (_, document) => {
    expect(() => readAugmentation(document)).toThrow(expect.objectContaining({ code: 'augment.invalid' }));
  });
});

describe('draws', () => {
  it('are those of seed, epoch and example, in whatever order images are asked for', () => {
    const [one, other] = [pipelineOf(everything, format), pipelineOf(everything, format)];
    const forwards = Array.from(everyExample, (example) => drawn(one, example, 3));
    const backwards = Array.from(everyExample, (example) => drawn(other, imageCount - 1 - example, 3)).toReversed();
    expect(backwards).toEqual(forwards);
  });

  it('differ between epochs, examples and seeds', () => {
    const image = drawn(pipelineOf(everything, format), 7, 3);
    expect(drawn(pipelineOf(everything, format), 7, 4)).not.toEqual(image);
    expect(drawn(pipelineOf(everything, format, 2), 7, 3)).not.toEqual(image);
  });

  it('of a transform stay when another one is switched off', () => {
    const erase = { type: 'erase', probability: 1 };
    const alone = drawn(pipelineOf([{ type: 'noise', enabled: false }, erase], format), 3);
    const same = drawn(pipelineOf([{ type: 'noise', options: { most: 0 } }, erase], format), 3);
    expect(alone).toEqual(same);
    expect(drawn(pipelineOf([erase], format), 3)).not.toEqual(alone);
  });

  it('reach examples beyond 2^32 words', () => {
    const read = (_: number, into: Float32Array): void => void into.fill(100);
    const pipeline = pipelineOf([{ type: 'noise' }], format, 1, read);
    expect(drawn(pipeline, 2 ** 40)).not.toEqual(drawn(pipeline, 2 ** 40 + 1));
  });
});

describe('geometry', () => {
  const turns = (...types: string[]): AugmentationSource['transforms'] =>
    types.map((type) => ({ type, probability: 1, options: { edges: 'edge' } }));

  it('of neighbours is one resampling: an image turned and scaled in one step is sharper than in two', () => {
    const big = bytesFormat(1, 40, 40);
    const together = pipelineOf(turns('rotate', 'scale'), big);
    // Between the two nothing happens, but pixels are asked for.
    const [rotate, scale] = turns('rotate', 'scale');
    const apart = pipelineOf([rotate!, scale!, { type: 'colour', probability: 1, enabled: false }], big);
    const idle = { type: 'erase', probability: 1, options: { least: 0, most: 0 } };
    const inTwo = pipelineOf([{ ...rotate!, type: 'rotate' }, scale!, idle], big);
    expect(drawn(apart, 1)).toEqual(drawn(together, 1));
    expect(drawn(inTwo, 1)).toEqual(drawn(together, 1));
    const contrast = (image: Float32Array): number => image.reduce((sum, value) => sum + Math.abs(value - 127), 0);
    const parted = pipelineOf([rotate!, { ...idle }, { ...scale!, type: 'shear' }], big);
    const joined = pipelineOf([rotate!, { ...idle, enabled: false }, { ...scale!, type: 'shear' }], big);
    expect(contrast(drawn(joined, 1))).toBeGreaterThan(contrast(drawn(parted, 1)) * 1.02);
  });

  it('that disagrees about what lies beyond the edges is done in turn', () => {
    const pad = { type: 'pad', options: { pixels: 2, edges: 'reflect' } } as const;
    const crop = { type: 'crop', options: { padding: 2, edges: 'constant', fill: 1 } } as const;
    const window = drawn(pipelineOf([pad, crop], format), 2);
    expect(window.every((value) => Number.isInteger(value))).toBe(true);
  });
});

describe('mixing', () => {
  it('mixup: the sum of two images and the sources of the target agree', () => {
    const pipeline = pipelineOf([{ type: 'mixup', probability: 1, options: { alpha: 1 } }], format);
    for (const example of everyExample) {
      const sources = pipeline.sources({ epoch: 0, example });
      expect(sources[0]!.example).toBe(example);
      const sum = new Float32Array(original(format, 0).length);
      for (const { example: from, weight } of sources)
        original(format, from).forEach((value, index) => (sum[index]! += weight * value));
      expect(largestDifference(drawn(pipeline, example), sum)).toBeLessThan(1e-3);
    }
  });

  it('cutmix: the target counts the pixels of each image', () => {
    const [red, blue] = [10, 200];
    const read = (example: number, into: Float32Array): void => void into.fill(example === 3 ? red : blue);
    const pipeline = pipelineOf([{ type: 'cutmix', probability: 1 }], format, 1, read);
    const image = drawn(pipeline, 3, 2);
    const weight = pipeline
      .sources({ epoch: 2, example: 3 })
      .reduce((sum, source) => sum + (source.example === 3 ? source.weight : 0), 0);
    const share = image.filter((value) => value === red).length / image.length;
    expect(share).toBeCloseTo(weight, 6);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
  });

  it('twice: weights of up to four examples add up to 1', () => {
    const pipeline = pipelineOf(everything, format);
    const counts = Array.from(everyExample, (example) => {
      const sources = pipeline.sources({ epoch: 1, example });
      expect(sources.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      return sources.length;
    });
    expect(Math.max(...counts)).toBe(4);
    expect(Math.min(...counts)).toBe(2);
  });

  it('takes partners as the pipeline before it made them', () => {
    const before: AugmentationSource['transforms'] = [{ type: 'flip', probability: 1 }];
    const pipeline = pipelineOf([...before, { type: 'mixup', probability: 1 }], format);
    const flipped = pipelineOf(before, format);
    const [own, partner] = pipeline.sources({ epoch: 5, example: 9 });
    const [one, other] = [drawn(flipped, 9, 5), drawn(flipped, partner!.example, 5)];
    const expected = one.map((value, index) => own!.weight * value + partner!.weight * other[index]!);
    expect(largestDifference(drawn(pipeline, 9, 5), expected)).toBeLessThan(1e-3);
  });
});
