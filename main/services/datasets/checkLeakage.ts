// Looks for examples that stand in several parts of a split: a test on what was trained on measures memory.
import type { LeakReport } from '../../../contract/services/datasets.js';
import type { CallContext } from '../../../contract/service.js';
import { findColumn, type Column } from '../../../engine/data/dataSet.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { partNames } from '../../../engine/data/split.js';
import type { WorkProgress } from './dataWork.js';
import { imageColumnOf, type OpenDataSet } from './openDataSet.js';
import { nearImages, nearRule } from './nearImages.js';
import { hashInputs } from './hashExamples.js';

const mostPairs = 200;
const mostGroups = 100;

type Context = Pick<CallContext<WorkProgress>, 'signal' | 'progress'>;

/** Exact duplicates by the inputs, bit for bit; of images also near ones. Throws the signal's reason when cancelled. */
export async function checkLeakage(open: OpenDataSet, { signal, progress }: Context): Promise<LeakReport> {
  const { dataSet, partOf } = open;
  const { count } = dataSet;
  const breathe = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };
  progress({ stage: 'hashing examples', done: 0, total: count });
  const inputs = dataSet.inputs.map((name) => findColumn(dataSet, name)).filter((column) => column !== undefined);
  const firstOf = await firstEqual(inputs, count, breathe);
  const groups = new Groups(count);
  let duplicates = 0;
  for (let example = 0; example < count; example++)
    if (firstOf[example] !== example) {
      groups.join(firstOf[example]!, example);
      duplicates++;
    }
  const image = imageColumnOf(dataSet);
  const near: [number, number][] = image
    ? await nearImages(image, {
        examples: Int32Array.from({ length: count }, (_, at) => at).filter((example) => firstOf[example] === example),
        progress: (stage, done, total) => progress({ stage, done, total }),
        breathe,
      })
    : [];
  for (const [one, other] of near) groups.join(one, other);
  const mixed = groups.lists().filter((members) => spansParts(members, partOf));
  return {
    pairs: pairsOf(mixed, firstOf, partOf),
    leaked: leakedIn(mixed, partOf),
    checked: count,
    duplicates,
    groups: mixed.sort((a, b) => b.length - a.length).slice(0, mostGroups),
    nearRule: image ? nearRule : null,
  };
}

/** For each example the first one whose inputs are equal to its own. */
async function firstEqual(inputs: readonly Column[], count: number, breathe: () => Promise<void>): Promise<Int32Array> {
  const hashes = hashInputs(inputs, count);
  const firsts = new Map<number, number>();
  const result = new Int32Array(count);
  for (let example = 0; example < count; example++) {
    if (example % 65_536 === 0) await breathe();
    const first = firsts.get(hashes[example]!);
    if (first === undefined) firsts.set(hashes[example]!, example);
    const isEqual = first !== undefined && inputs.every((column) => sameCell(column, first, example));
    result[example] = isEqual ? first : example;
  }
  return result;
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

/** Sets of examples that are joined two by two. */
class Groups {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, example) => example);
  }

  join(one: number, other: number): void {
    const [a, b] = [this.rootOf(one), this.rootOf(other)];
    this.parent[Math.max(a, b)] = Math.min(a, b);
  }

  /** Of two and more, each ascending. */
  lists(): Int32Array[] {
    const members = new Map<number, number[]>();
    for (let example = 0; example < this.parent.length; example++) {
      const root = this.rootOf(example);
      if (root === example) continue;
      const list = members.get(root);
      if (list) list.push(example);
      else members.set(root, [root, example]);
    }
    return [...members.values()].map((list) => Int32Array.from(list));
  }

  private rootOf(example: number): number {
    let root = example;
    while (this.parent[root] !== root) {
      this.parent[root] = this.parent[this.parent[root]!]!;
      root = this.parent[root]!;
    }
    return root;
  }
}

function spansParts(members: Int32Array, partOf: Uint8Array): boolean {
  return members.some((example) => partOf[example] !== partOf[members[0]!]);
}

/** Examples of val and test in a group that has some of train. */
function leakedIn(groups: readonly Int32Array[], partOf: Uint8Array): number {
  return groups.reduce((sum, members) => {
    const later = members.filter((example) => partOf[example] !== 0).length;
    return later < members.length ? sum + later : sum;
  }, 0);
}

/** Each example of a later part with one of an earlier part that it equals; where none is equal, with one that is near. */
function pairsOf(groups: readonly Int32Array[], firstOf: Int32Array, partOf: Uint8Array): LeakReport['pairs'] {
  const exact: LeakReport['pairs'][number][] = [];
  const near: LeakReport['pairs'][number][] = [];
  for (const members of groups)
    for (const other of members) {
      if (partOf[other] === 0) continue;
      const earlier = members.filter((example) => partOf[example]! < partOf[other]!);
      const equal = earlier.find((example) => firstOf[example] === firstOf[other]);
      const one = equal ?? earlier[0];
      if (one === undefined) continue;
      const parts = [partNames[partOf[one]!]!, partNames[partOf[other]!]!] as const;
      const list = equal === undefined ? near : exact;
      if (list.length < mostPairs) list.push({ one, other, parts, exact: equal !== undefined });
    }
  return [...exact, ...near].slice(0, mostPairs);
}
