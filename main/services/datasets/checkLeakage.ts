// Looks for examples that stand in several parts of a split: a test on what was trained on measures memory.
import type { LeakReport } from '../../../contract/services/datasets.js';
import type { CallContext } from '../../../contract/service.js';
import { inputColumns } from '../../../engine/data/dataSet.js';
import { firstEqualInSteps } from '../../../engine/data/equalExamples.js';
import { ExampleGroups } from '../../../engine/data/exampleGroups.js';
import { partNames } from '../../../engine/data/split.js';
import type { WorkProgress } from './dataWork.js';
import { imageColumnOf, type OpenDataSet } from './openDataSet.js';
import { nearImages, nearRule } from './nearImages.js';

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
  const firstOf = await firstEqualInSteps(inputColumns(dataSet), count, breathe);
  const groups = new ExampleGroups(count);
  groups.joinAll(firstOf);
  const duplicates = firstOf.reduce((sum, first, example) => (first === example ? sum : sum + 1), 0);
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
