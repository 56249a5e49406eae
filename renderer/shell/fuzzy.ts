// How well a typed text fits a title: its letters in order, best at the beginnings of words.

/** Higher is better; null where it does not fit. An empty text fits everything alike. */
export function fuzzyScore(text: string, title: string): number | null {
  const wanted = text.toLowerCase().replace(/\s+/g, '');
  const given = title.toLowerCase();
  if (wanted === '') return 0;
  const whole = given.indexOf(text.toLowerCase().trim());
  if (whole >= 0) return 1000 - whole - given.length / 100 + (isStart(given, whole) ? 200 : 0);
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = given.indexOf(letter, at + 1);
    if (next < 0) return null;
    score += next === at + 1 ? 8 : isStart(given, next) ? 6 : 1;
    at = next;
  }
  return score - given.length / 100;
}

function isStart(text: string, at: number): boolean {
  return at === 0 || /[\s.:/_-]/.test(text[at - 1]!);
}

/** The items that fit, best first. */
export function fuzzyFilter<T>(items: readonly T[], text: string, titleOf: (item: T) => string): T[] {
  return items
    .map((item, index) => ({ item, index, score: fuzzyScore(text, titleOf(item)) }))
    .filter((scored): scored is typeof scored & { score: number } => scored.score !== null)
    .sort((one, other) => other.score - one.score || one.index - other.index)
    .map(({ item }) => item);
}
