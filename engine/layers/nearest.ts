// «Did you mean …?»

/** The candidate within two edits (or a third of the word) of `word`; `undefined` when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wish = word.slice(0, 40).toLowerCase();
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wish.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = edits(wish, candidate.slice(0, 40).toLowerCase());
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
