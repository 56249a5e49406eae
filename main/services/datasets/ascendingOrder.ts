// The ascending order of a column as a permutation of its examples: radix sort for numbers, counting for categories.
import { lengthOf, type Column } from '../../../engine/data/dataSet.js';

/** Stable; missing values come last. */
export function ascendingOrder(column: Column): Int32Array {
  switch (column.type) {
    case 'number':
      return orderOfNumbers(column.values);
    case 'category':
      return orderOfCodes(column.codes, column.categories);
    case 'text':
      return orderOfTexts(column.values);
    case 'array':
    case 'windows':
      return identity(lengthOf(column));
  }
}

function identity(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, example) => example);
}

/**
 * Least significant digit first, 16 bits at a time. The bits of a double, as an unsigned integer, ascend with its value once the sign
 * bit is flipped (all bits, where it is negative); NaN with its sign clear is then above infinity.
 */
function orderOfNumbers(values: Float64Array): Int32Array {
  const count = values.length;
  const bits = new Uint32Array(2 * count);
  // −0 and 0 are equal, and every NaN is the same.
  const doubles = Float64Array.from(values, (value) => (value === 0 ? 0 : Number.isNaN(value) ? NaN : value));
  const words = new Uint32Array(doubles.buffer);
  for (let at = 0; at < count; at++) {
    const low = words[2 * at]!;
    const high = words[2 * at + 1]!;
    const isNegative = high >>> 31 === 1 && !Number.isNaN(doubles[at]);
    bits[2 * at] = isNegative ? ~low : low;
    bits[2 * at + 1] = isNegative ? ~high : (high | 0x80000000) >>> 0;
  }
  let order: Int32Array = identity(count);
  let next: Int32Array = new Int32Array(count);
  for (let digit = 0; digit < 4; digit++) {
    const word = digit >> 1;
    const shift = (digit & 1) * 16;
    if (distribute(order, next, (example) => (bits[2 * example + word]! >>> shift) & 0xffff, 65_536))
      [order, next] = [next, order];
  }
  return order;
}

/** Stable by one digit. @returns false when all digits are equal: nothing was written then */
function distribute(from: Int32Array, to: Int32Array, digitOf: (example: number) => number, radix: number): boolean {
  const starts = new Int32Array(radix + 1);
  for (const example of from) starts[digitOf(example) + 1]!++;
  if (starts.includes(from.length)) return false;
  for (let digit = 0; digit < radix; digit++) starts[digit + 1]! += starts[digit]!;
  for (const example of from) to[starts[digitOf(example)]!++] = example;
  return true;
}

const collator = new Intl.Collator('en', { numeric: true });

/** By name, as people sort: 'a2' before 'a10'. */
function orderOfCodes(codes: Int32Array, categories: readonly string[]): Int32Array {
  const byName = [...categories.keys()].sort((a, b) => collator.compare(categories[a]!, categories[b]!) || a - b);
  const ranks = new Int32Array(categories.length);
  byName.forEach((code, rank) => (ranks[code] = rank));
  const order = identity(codes.length);
  const sorted = new Int32Array(codes.length);
  const rankOf = (example: number) => (codes[example]! < 0 ? categories.length : ranks[codes[example]!]!);
  return distribute(order, sorted, rankOf, categories.length + 1) ? sorted : order;
}

/** By UTF-16 code units without regard to case: a collator takes ten times as long on a million texts. */
function orderOfTexts(values: readonly string[]): Int32Array {
  const keys = values.map((value) => value.toLowerCase());
  return identity(values.length).sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
}
