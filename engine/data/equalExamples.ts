// Which examples have equal inputs, bit for bit: a test on what was trained on measures memory.
import { sizeOf } from '../ir/shape.js';
import type { Column } from './dataSet.js';
import { hashInputs } from './hashExamples.js';

/** For each example the first one whose inputs are equal to its own. @param breathe called now and then */
export async function firstEqualInSteps(
  inputs: readonly Column[],
  count: number,
  breathe: () => Promise<void>,
): Promise<Int32Array> {
  const finder = new EqualFinder(inputs, count);
  while (finder.advance()) await breathe();
  return finder.firsts;
}

/** {@link firstEqualInSteps} without a pause. */
export function firstEqual(inputs: readonly Column[], count: number): Int32Array {
  const finder = new EqualFinder(inputs, count);
  while (finder.advance());
  return finder.firsts;
}

const examplesPerStep = 65_536;

class EqualFinder {
  readonly firsts: Int32Array;
  private readonly hashes: Float64Array;
  /** Of each hash, the first examples that differ among themselves. */
  private readonly buckets = new Map<number, number | number[]>();
  private done = 0;

  constructor(
    private readonly inputs: readonly Column[],
    private readonly count: number,
  ) {
    this.firsts = new Int32Array(count);
    this.hashes = hashInputs(inputs, count);
  }

  /** @returns whether some are left */
  advance(): boolean {
    const end = Math.min(this.count, this.done + examplesPerStep);
    for (; this.done < end; this.done++) this.firsts[this.done] = this.firstOf(this.done);
    return this.done < this.count;
  }

  private firstOf(example: number): number {
    const hash = this.hashes[example]!;
    const bucket = this.buckets.get(hash);
    const candidates = typeof bucket === 'number' ? [bucket] : (bucket ?? []);
    const equal = candidates.find((candidate) => this.inputs.every((column) => sameCell(column, candidate, example)));
    if (equal === undefined) this.buckets.set(hash, bucket === undefined ? example : [...candidates, example]);
    return equal ?? example;
  }
}

function sameCell(column: Column, one: number, other: number): boolean {
  switch (column.type) {
    case 'number':
      return Object.is(column.values[one], column.values[other]);
    case 'text':
      return column.values[one] === column.values[other];
    case 'category':
      return column.codes[one] === column.codes[other];
    case 'array':
      return sameRange(column.data, one, other, sizeOf(column.shape), sizeOf(column.shape));
    case 'windows':
      return sameRange(column.points, one, other, column.stride, column.length);
  }
}

function sameRange(data: ArrayLike<unknown>, one: number, other: number, stride: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (data[one * stride + at] !== data[other * stride + at]) return false;
  return true;
}
