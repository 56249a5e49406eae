// Class counts as pieces of a bar: many classes are drawn together where they would be too thin to see.

export interface ClassCount {
  readonly name: string;
  readonly count: number;
}

export interface Share extends ClassCount {
  /** 0 to 1. */
  readonly from: number;
  readonly to: number;
  /** The class's number, for its colour; −1 for the rest. */
  readonly index: number;
}

/** At most `most` pieces in the order of the classes; what comes after is one piece named `rest`. */
export function classShares(counts: readonly ClassCount[], most: number, rest: (classes: number) => string): Share[] {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const isWhole = counts.length <= most;
  const named = isWhole ? counts : counts.slice(0, most - 1);
  const pieces = named.map((entry, index) => ({ ...entry, index }));
  if (!isWhole) {
    const others = counts.slice(most - 1);
    pieces.push({ name: rest(others.length), count: others.reduce((sum, { count }) => sum + count, 0), index: -1 });
  }
  let before = 0;
  return pieces.map((piece) => {
    const from = before / total;
    before += piece.count;
    return { ...piece, from, to: before / total };
  });
}

/** The largest class over the smallest: 1 is even. Undefined without two classes that have examples. */
export function imbalanceRatio(counts: readonly ClassCount[]): number | undefined {
  const some = counts.map(({ count }) => count).filter((count) => count > 0);
  return some.length < 2 ? undefined : Math.max(...some) / Math.min(...some);
}
