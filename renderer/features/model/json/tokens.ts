// The colours of JSON: what each piece of a line is. Works on broken text, too.
export type TokenKind = 'name' | 'string' | 'number' | 'word' | 'mark' | 'space';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the whole text. */
  readonly start: number;
}

const pattern =
  /(?<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\]|\\.)*"?)|(?<number>-?\d[\d.eE+-]*)|(?<word>\w+)|(?<space>\s+)|(?<mark>.)/gu;

/** Tokens of one line that begins at `start`; strings do not go over lines in JSON. */
export function tokensOf(line: string, start: number): Token[] {
  return [...line.matchAll(pattern)].map(({ groups = {}, 0: text, index }) => {
    const kind = (Object.keys(groups) as TokenKind[]).find((name) => groups[name] !== undefined) ?? 'mark';
    return { kind, text, start: start + index };
  });
}

/** Offsets at which lines begin. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column, both from 1. */
export function placeIn(starts: readonly number[], at: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - starts[low]! + 1 };
}
