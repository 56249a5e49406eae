// What the split editor holds: fractions that always add up to a hundred percent, and what keeps a choice from being kept.
import type { ColumnStatistics, SplitChoice } from '../../../../contract/services/datasets.js';

export type Fractions = SplitChoice['fractions'];
export type PartName = keyof Fractions;

/** The handles between train and val (0) and between val and test (1), as shares from the left. */
export function handlesOf({ train, val, test }: Fractions): readonly [number, number] {
  const sum = train + val + test;
  return sum > 0 ? [train / sum, (train + val) / sum] : [1, 1];
}

/** Handles are whole percents. The training part keeps at least one; a handle pushes the other one along. */
export function moveHandle(fractions: Fractions, handle: 0 | 1, to: number): Fractions {
  const [first, second] = handlesOf(fractions);
  const at = Math.min(1, Math.max(0.01, Math.round(to * 100) / 100));
  return handle === 0 ? fractionsOf(at, Math.max(at, second)) : fractionsOf(Math.min(first, at), at);
}

/** One part set to a share; the others keep their proportion to each other. */
export function setFraction(fractions: Fractions, part: PartName, share: number): Fractions {
  const others = (['train', 'val', 'test'] as const).filter((name) => name !== part);
  const wanted = percent(Math.min(1, Math.max(part === 'train' ? 0.01 : 0, share)));
  const room = 1 - wanted;
  const sum = others.reduce((total, name) => total + fractions[name], 0);
  const [one, other] = others as [PartName, PartName];
  const ofOne = percent(sum > 0 ? (room * fractions[one]) / sum : one === 'train' ? room : room / 2);
  const result = { ...fractions, [part]: wanted, [one]: ofOne, [other]: percent(room - ofOne) };
  return result.train > 0 ? result : setFraction({ train: 0.01, val: result.val, test: result.test }, 'train', 0.01);
}

function fractionsOf(first: number, second: number): Fractions {
  return { train: percent(first), val: percent(second - first), test: percent(1 - second) };
}

/** Free of what binary fractions add: 0.1 + 0.2 is 0.3. */
function percent(share: number): number {
  return Math.round(share * 100) / 100;
}

/** 0.7 0.1 0.2 as 70 / 10 / 20, with at most one decimal where a file gave odd shares. */
export function percentsOf(fractions: Fractions): Readonly<Record<PartName, number>> {
  const sum = fractions.train + fractions.val + fractions.test || 1;
  const of = (share: number): number => Math.round((share / sum) * 1000) / 10;
  return { train: of(fractions.train), val: of(fractions.val), test: of(fractions.test) };
}

export function sameSplit(one: SplitChoice, other: SplitChoice): boolean {
  return (
    one.method === other.method &&
    one.seed === other.seed &&
    one.groupBy === other.groupBy &&
    (one.keepEqual ?? false) === (other.keepEqual ?? false) &&
    (['train', 'val', 'test'] as const).every((part) => Math.abs(one.fractions[part] - other.fractions[part]) < 1e-9)
  );
}

/** Columns that can keep examples together. */
export function groupColumns(columns: readonly ColumnStatistics[]): readonly string[] {
  return columns
    .filter(({ type }) => type === 'number' || type === 'category' || type === 'text')
    .map(({ name }) => name);
}

/** Which methods make sense: strata need classes, given parts need files that give them. */
export function methodsFor(hasClasses: boolean, hasParts: boolean): readonly SplitChoice['method'][] {
  return [
    ...(hasClasses ? (['stratified'] as const) : []),
    'random',
    'ordered',
    ...(hasParts ? (['predefined'] as const) : []),
  ];
}

export const largestSeed = 0xffffffff;

/** A seed typed in; undefined while it is none. */
export function parseSeed(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^\d{1,10}$/.test(trimmed)) return undefined;
  const seed = Number(trimmed);
  return seed <= largestSeed ? seed : undefined;
}

/** The largest difference between a class's share in a part and its share overall, 0 to 1. */
export function imbalanceOf(
  classCounts: readonly Readonly<Record<PartName, number>>[],
  sizes: Readonly<Record<PartName, number>>,
): number {
  const total = sizes.train + sizes.val + sizes.test;
  let largest = 0;
  for (const counts of classCounts) {
    const overall = (counts.train + counts.val + counts.test) / Math.max(1, total);
    for (const part of ['train', 'val', 'test'] as const)
      if (sizes[part] > 0) largest = Math.max(largest, Math.abs(counts[part] / sizes[part] - overall));
  }
  return largest;
}
