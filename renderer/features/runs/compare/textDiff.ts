// The difference of two texts by lines: the longest common subsequence, found from the greatest common parts at both ends.

export interface DiffLine {
  readonly kind: 'same' | 'left' | 'right';
  readonly text: string;
}

/** Beyond this product of lines the middle is told as wholly different: the table would not fit. */
const most = 9_000_000;

/** Lines of `left` that are gone come before those of `right` that are new. */
export function diffLines(left: readonly string[], right: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  )
    end++;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return [
    ...same(left.slice(0, start)),
    ...diffMiddle(left.slice(start, left.length - end), right.slice(start, right.length - end)),
    ...same(left.slice(left.length - end)),
  ];
}

function diffMiddle(left: readonly string[], right: readonly string[]): DiffLine[] {
  const all = (kind: 'left' | 'right', lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind, text }));
  if (left.length === 0 || right.length === 0 || left.length * right.length > most)
    return [...all('left', left), ...all('right', right)];
  const lengths = commonLengths(left, right);
  const wide = right.length + 1;
  const lines: DiffLine[] = [];
  let [one, other] = [0, 0];
  while (one < left.length && other < right.length) {
    if (left[one] === right[other]) {
      lines.push({ kind: 'same', text: left[one]! });
      one++;
      other++;
    } else if (lengths[(one + 1) * wide + other]! >= lengths[one * wide + other + 1]!)
      lines.push({ kind: 'left', text: left[one++]! });
    else lines.push({ kind: 'right', text: right[other++]! });
  }
  return [...lines, ...all('left', left.slice(one)), ...all('right', right.slice(other))];
}

/** Lᵢⱼ: how long the longest common subsequence of left[i…] and right[j…] is. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint32Array {
  const wide = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * wide);
  for (let one = left.length - 1; one >= 0; one--)
    for (let other = right.length - 1; other >= 0; other--)
      lengths[one * wide + other] =
        left[one] === right[other]
          ? lengths[(one + 1) * wide + other + 1]! + 1
          : Math.max(lengths[(one + 1) * wide + other]!, lengths[one * wide + other + 1]!);
  return lengths;
}

export type DiffRow = DiffLine | { readonly kind: 'folded'; readonly count: number };

/** Long stretches of equal lines become one row; `context` of them stay on each side of a difference. */
export function foldSame(lines: readonly DiffLine[], context = 3): DiffRow[] {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ kind }, at) => {
    if (kind !== 'same') near.fill(1, Math.max(0, at - context), at + context + 1);
  });
  const rows: DiffRow[] = [];
  for (let at = 0; at < lines.length;) {
    if (near[at]) {
      rows.push(lines[at++]!);
      continue;
    }
    const start = at;
    while (at < lines.length && !near[at]) at++;
    rows.push(at - start === 1 ? lines[start]! : { kind: 'folded', count: at - start });
  }
  return rows;
}
