// Looks for examples whose inputs are equal, bit for bit, in two parts of a split: a test on them measures memory.
import { allocate } from '../ir/dtype.js';
import { sizeOf } from '../ir/shape.js';
import { gatherInto, type ExampleSet } from './exampleSet.js';
import { partNames, type PartName, type Split } from './split.js';

export interface Leak {
  readonly example: number;
  readonly part: PartName;
  readonly duplicateOf: number;
  readonly duplicatePart: PartName;
}

/** Examples of later parts that equal one of an earlier part (train, val, test); one entry each. */
export function findLeaks(examples: ExampleSet, split: Split): Leak[] {
  const seen = new Map<number, { example: number; part: PartName }[]>();
  const content = contentOf(examples);
  const leaks: Leak[] = [];
  for (const part of partNames) {
    for (const example of split[part]) {
      const bytes = content(example).slice();
      const hash = hashBytes(bytes);
      const bucket = seen.get(hash) ?? [];
      const twin = bucket.find((other) => other.part !== part && sameBytes(content(other.example), bytes));
      if (twin) leaks.push({ example, part, duplicateOf: twin.example, duplicatePart: twin.part });
      bucket.push({ example, part });
      seen.set(hash, bucket);
    }
  }
  return leaks;
}

/** The input bytes of an example, in one scratch buffer. */
function contentOf({ inputs }: ExampleSet): (example: number) => Uint8Array {
  const buffers = inputs.map((field) => allocate(field.dtype, sizeOf(field.shape)));
  const total = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  const bytes = new Uint8Array(total);
  return (example) => {
    let at = 0;
    inputs.forEach((field, index) => {
      const buffer = buffers[index]!;
      gatherInto(field, [example], buffer);
      bytes.set(new Uint8Array(buffer.buffer), at);
      at += buffer.byteLength;
    });
    return bytes;
  };
}

/** FNV-1a over 32-bit words (all fields are of four-byte elements). */
function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2)) {
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index]);
}
