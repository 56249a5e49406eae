// Windows of a text as lines of equal letters: what a model reads has no lines of its own, so that breaks are shown as signs.

/** Pieces of `perLine` characters; characters beyond the basic plane are one each. */
export function linesOf(text: string, perLine: number): string[] {
  const characters = Array.from(text);
  const lines: string[] = [];
  for (let from = 0; from < characters.length; from += perLine)
    lines.push(characters.slice(from, from + perLine).join(''));
  return lines;
}

const signs: Readonly<Record<string, string>> = { '\n': '↵', '\t': '→', '\r': '␍', ' ': '·' };

/** Spaces, tabs and line ends as signs that take one letter's room each. */
export function visibleText(text: string): string {
  return text.replace(/[\n\t\r ]/g, (character) => signs[character]!);
}
