// A perceptual hash of an image (difference hash): whether brightness falls from each cell of a 9 × 8 grid to the next one on its right.
// Images that differ by noise, compression or a little brightness differ in few of its 64 bits.
import type { ArrayColumn } from '../../../engine/data/dataSet.js';
import { elementsOf } from './elements.js';

const columns = 9;
const rows = 8;
/** Less of a fall, as a share of the range of brightness, is noise on a plain ground. */
const margin = 0.008;

/** Two words an image: example i has bits at 2i (rows 0 to 3) and 2i + 1. @param range between black and white */
export function imageHashes(
  column: ArrayColumn,
  range: number,
  [from, to]: readonly [number, number],
  into: Uint32Array,
): void {
  const [channels, height, width] = column.shape as [number, number, number];
  const data = elementsOf(column);
  const grid = new Float64Array(columns * rows);
  const tops = edges(rows, height);
  const lefts = edges(columns, width);
  for (let example = from; example < to; example++) {
    const start = example * channels * height * width;
    for (let row = 0; row < rows; row++)
      for (let cell = 0; cell < columns; cell++) {
        let sum = 0;
        const [top, bottom] = tops[row]!;
        const [left, right] = lefts[cell]!;
        for (let channel = 0; channel < Math.min(3, channels); channel++)
          for (let y = top; y < bottom; y++) {
            const line = start + (channel * height + y) * width;
            for (let x = left; x < right; x++) sum += data[line + x]!;
          }
        grid[row * columns + cell] = sum / ((bottom - top) * (right - left) * Math.min(3, channels) * range);
      }
    into[2 * example] = bitsOf(grid, 0);
    into[2 * example + 1] = bitsOf(grid, rows / 2);
  }
}

function bitsOf(grid: Float64Array, firstRow: number): number {
  let bits = 0;
  for (let row = firstRow; row < firstRow + rows / 2; row++)
    for (let cell = 0; cell + 1 < columns; cell++)
      bits = (bits << 1) | (grid[row * columns + cell]! > grid[row * columns + cell + 1]! + margin ? 1 : 0);
  return bits >>> 0;
}

/** Small images have fewer pixels than cells: neighbouring cells then share one. */
function edges(count: number, size: number): (readonly [from: number, to: number])[] {
  return Array.from({ length: count }, (_, cell) => {
    const from = Math.min(size - 1, Math.floor((cell * size) / count));
    return [from, Math.max(from + 1, Math.floor(((cell + 1) * size) / count))] as const;
  });
}

/** How many bits differ. */
export function hammingDistance(hashes: Uint32Array, one: number, other: number): number {
  return bitCount(hashes[2 * one]! ^ hashes[2 * other]!) + bitCount(hashes[2 * one + 1]! ^ hashes[2 * other + 1]!);
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
