// Pairs of images that are nearly the same: candidates by their difference hashes, looked up in bands, confirmed by their pixels.
import { sizeOf } from '../../../engine/ir/shape.js';
import { lengthOf, type ArrayColumn } from '../../../engine/data/dataSet.js';
import { elementsOf, rangeOf } from './elements.js';
import { hammingDistance, imageHashes } from './imageHash.js';

/** At most this many of 64 bits may differ. */
const mostBits = 4;
/** One band more than bits that may differ: images that are near agree in at least one band. */
const bands = mostBits + 1;
/** Comparisons with one image in one band: plain images have equal bands by the thousand. */
const mostCompared = 500;
/** Root mean square of the difference of pixels (each image less its mean), as a share of the range of brightness. */
const mostDifference = 0.04;
const atOnce = 2048;

export const nearRule = `difference hashes that differ in at most ${mostBits} of 64 bits, and pixels that differ by at most ${mostDifference * 100} % (root mean square, whatever the brightness)`;

export interface NearSearch {
  /** Only these: exact duplicates are represented by their first. */
  readonly examples: Int32Array;
  readonly progress: (stage: string, done: number, total: number) => void;
  /** Lets other work in; throws when cancelled. */
  readonly breathe: () => Promise<void>;
}

/** @returns pairs of example numbers, the smaller first */
export async function nearImages(column: ArrayColumn, search: NearSearch): Promise<[one: number, other: number][]> {
  const { progress, breathe, examples } = search;
  const count = lengthOf(column);
  const [least, greatest] = column.dtype === 'uint8' ? [0, 255] : rangeOf(column);
  const range = greatest > least ? greatest - least : 1;
  const hashes = new Uint32Array(2 * count);
  for (let from = 0; from < count; from += atOnce) {
    progress('hashing images', from, count);
    imageHashes(column, range, [from, Math.min(count, from + atOnce)], hashes);
    await breathe();
  }
  const pairs: [number, number][] = [];
  const isNear = nearTest(column, range);
  for (let band = 0; band < bands; band++) {
    const buckets = new Map<number, number[]>();
    for (const [at, example] of examples.entries()) {
      if (at % atOnce === 0) {
        progress('comparing images', band * examples.length + at, bands * examples.length);
        await breathe();
      }
      const key = bandOf(hashes, example, band);
      const bucket = buckets.get(key);
      if (!bucket) {
        buckets.set(key, [example]);
        continue;
      }
      for (let back = bucket.length - 1; back >= Math.max(0, bucket.length - mostCompared); back--) {
        const other = bucket[back]!;
        if (hammingDistance(hashes, other, example) > mostBits) continue;
        // A pair that an earlier band has found, too.
        if (agreesBefore(hashes, other, example, band)) continue;
        if (isNear(other, example)) pairs.push([other, example]);
      }
      bucket.push(example);
    }
  }
  return pairs;
}

/** Every fifth bit: neighbouring bits are alike, so that bands of neighbours would often be equal. */
function bandOf(hashes: Uint32Array, example: number, band: number): number {
  let key = 0;
  for (let bit = band; bit < 64; bit += bands)
    key = (key << 1) | ((hashes[2 * example + (bit >> 5)]! >>> (bit & 31)) & 1);
  return key;
}

function agreesBefore(hashes: Uint32Array, one: number, other: number, band: number): boolean {
  for (let before = 0; before < band; before++)
    if (bandOf(hashes, one, before) === bandOf(hashes, other, before)) return true;
  return false;
}

function nearTest(column: ArrayColumn, range: number): (one: number, other: number) => boolean {
  const size = sizeOf(column.shape);
  const values = elementsOf(column);
  const means = new Map<number, number>();
  const meanOf = (example: number): number => {
    let mean = means.get(example);
    if (mean === undefined) {
      let sum = 0;
      for (let at = example * size; at < (example + 1) * size; at++) sum += values[at]!;
      means.set(example, (mean = sum / size));
    }
    return mean;
  };
  const limit = (mostDifference * range) ** 2 * size;
  return (one, other) => {
    const shift = meanOf(one) - meanOf(other);
    let sum = 0;
    for (let at = 0; at < size && sum <= limit; at++)
      sum += (values[one * size + at]! - values[other * size + at]! - shift) ** 2;
    return sum <= limit;
  };
}
