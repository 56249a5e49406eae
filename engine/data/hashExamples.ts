// A number for the content of each example: equal examples have equal numbers, others almost never.
import { byteSize } from '../ir/dtype.js';
import { sizeOf } from '../ir/shape.js';
import { lengthOf, type ArrayColumn, type Column } from './dataSet.js';

/** 53 bits from two 32-bit FNV-1a-like hashes over words: below 10⁶ examples a chance match has a probability of 10⁻⁴. */
export function hashExamples(column: ArrayColumn): Float64Array {
  const count = lengthOf(column);
  const size = sizeOf(column.shape) * byteSize(column.dtype);
  const { buffer, byteOffset } = column.data;
  // Words where examples begin at multiples of four bytes.
  const isAligned = size % 4 === 0 && byteOffset % 4 === 0;
  const units = isAligned
    ? new Uint32Array(buffer, byteOffset, (count * size) / 4)
    : new Uint8Array(buffer, byteOffset, count * size);
  const each = isAligned ? size / 4 : size;
  return Float64Array.from({ length: count }, (_, example) => hashWords(units, example * each, (example + 1) * each));
}

function hashWords(words: Uint32Array | Uint8Array, from: number, to: number): number {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let at = from; at < to; at++) {
    const word = words[at]!;
    one = Math.imul(one ^ word, 0x01000193);
    one ^= one >>> 15;
    other = Math.imul(other ^ word, 0x85ebca6b);
    other ^= other >>> 13;
  }
  return (one >>> 0) * 0x20_0000 + (other >>> 11);
}

/** Over several columns at once, cell by cell. */
export function hashInputs(columns: readonly Column[], count: number): Float64Array {
  const result = new Float64Array(count);
  for (const column of columns) {
    const cells = cellHashes(column, count);
    // The order of columns matters.
    for (let example = 0; example < count; example++) result[example] = mix(result[example]!, cells[example]!);
  }
  return result;
}

function mix(sum: number, cell: number): number {
  const high = Math.imul(Math.floor(sum / 0x20_0000) ^ Math.floor(cell / 0x20_0000), 0x9e3779b1) >>> 0;
  const low = Math.imul((sum % 0x20_0000) ^ (cell % 0x20_0000) ^ (high >>> 13), 0x85ebca6b) >>> 11;
  return ((high ^ (low << 7)) >>> 0) * 0x20_0000 + low;
}

function cellHashes(column: Column, count: number): Float64Array {
  switch (column.type) {
    case 'array':
      return hashExamples(column);
    case 'number': {
      const words = new Uint32Array(Float64Array.from(column.values).buffer);
      return Float64Array.from({ length: count }, (_, at) => hashWords(words, 2 * at, 2 * at + 2));
    }
    case 'category': {
      const words = new Uint32Array(Int32Array.from(column.codes).buffer);
      return Float64Array.from({ length: count }, (_, at) => hashWords(words, at, at + 1));
    }
    case 'windows': {
      const words = new Uint32Array(Int32Array.from(column.points).buffer);
      const { stride, length } = column;
      return Float64Array.from({ length: count }, (_, at) => hashWords(words, at * stride, at * stride + length));
    }
    case 'text': {
      const units = (text: string) => Uint32Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
      return Float64Array.from(column.values, (text) => hashWords(units(text), 0, text.length));
    }
  }
}
