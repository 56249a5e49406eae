// The random numbers of one transform for one example in one epoch: Philox words keyed by (seed, `augment/<place>`, epoch).
import { fieldKey, halves, philoxWords } from '../../random/philox.js';

/** Which draw: the same key gives the same picture, in a preview as in training. */
export interface DrawKey {
  readonly epoch: number;
  /** Number of the example in the data set. */
  readonly example: number;
}

/** Words per example, whatever the transform: word 0 decides whether it is applied, the others are its draws. */
export const wordsPerExample = 20;

export class Draws {
  private readonly words = new Uint32Array(wordsPerExample);
  private readonly key: [number, number];
  private readonly fieldKey: [number, number];
  private at: DrawKey = { epoch: 0, example: 0 };
  private field = new Uint32Array(0);

  /** `place`: of the transform in the pipeline, those that are switched off counted. */
  constructor(seed: number, place: number) {
    this.key = fieldKey(seed, `augment/${place}`);
    this.fieldKey = fieldKey(seed, `augment/${place}/field`);
  }

  move(at: DrawKey): void {
    this.at = at;
    philoxWords(this.words, counter(at, wordsPerExample), this.key);
  }

  /** In [0, 1): draw `index`, 0 to 18. */
  uniform(index: number): number {
    return (this.words[index + 1]! >>> 8) * 2 ** -24;
  }

  /** In [least, most). */
  between(index: number, least: number, most: number): number {
    return least + (most - least) * this.uniform(index);
  }

  /** In [−largest, largest). */
  around(index: number, largest: number): number {
    return (2 * this.uniform(index) - 1) * largest;
  }

  /** A whole number from 0 to `count` − 1. */
  whole(index: number, count: number): number {
    return Math.floor((this.words[index + 1]! / 2 ** 32) * count);
  }

  applies(probability: number): boolean {
    return (this.words[0]! >>> 8) * 2 ** -24 < probability;
  }

  /** `count` words of the example's own, for draws a pixel; valid until the next call. */
  fieldWords(count: number): Uint32Array {
    const length = Math.ceil(count / 4) * 4;
    if (this.field.length !== length) this.field = new Uint32Array(length);
    philoxWords(this.field, counter(this.at, length), this.fieldKey);
    return this.field;
  }
}

/** The first block of the example's words in the field of its epoch. */
function counter({ epoch, example }: DrawKey, words: number): [number, number, number, number] {
  return [...halves((example * words) / 4), ...halves(epoch)];
}
