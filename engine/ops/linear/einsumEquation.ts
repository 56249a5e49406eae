// The equation of an Einsum: one term an operand, ellipses written out as labels.

export interface Equation {
  /** One label an axis. */
  readonly terms: readonly string[];
  readonly output: string;
}

type Fail = (port: string, sentence: string) => never;

/** Labels that stand for the axes of an ellipsis; upper case counts as ordinary labels too, so these are the rarest. */
const spare = Array.from('ZYXWVUTSRQPONMLKJIHGFEDCBA');

/**
 * Parses `ij,jk->ik`, `...ij,...jk` and the like against the operands' ranks. Without `->` the output
 * has the ellipsis and then, in alphabetical order, every label that occurs once. A label that a term
 * repeats (a diagonal or trace) is refused.
 */
export function parseEquation(text: string, ranks: readonly number[], fail: Fail): Equation {
  const [left = '', right, ...more] = text.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (more.length > 0) fail('equation', `'${text}' has more than one arrow`);
  if (terms.length !== ranks.length)
    fail('equation', `'${text}' has ${terms.length} terms for ${ranks.length} operands`);
  const free = spare.filter((label) => !text.includes(label));
  const widths = terms.map((term, at) => ellipsisWidth(text, term, ranks[at]!, fail));
  const widest = Math.max(0, ...widths);
  if (terms.some((term, at) => term.includes('...') && widths[at] !== widest))
    fail('equation', `'${text}': every ellipsis must stand for equally many axes; unsqueeze the smaller operand`);
  const labels = free.slice(0, widest).join('');
  if (labels.length < widest) fail('equation', `'${text}' leaves no letters for its ellipsis`);
  const written = terms.map((term) => term.replace('...', labels));
  const output = right === undefined ? implicitOutput(terms, labels) : right.replace('...', labels);
  for (const term of [...written, output]) checkTerm(text, term, fail);
  const known = written.join('');
  const unknown = Array.from(output).find((label) => !known.includes(label));
  if (unknown) fail('equation', `'${text}': output label ${unknown} occurs in no operand`);
  return { terms: written, output };
}

function ellipsisWidth(text: string, term: string, rank: number, fail: Fail): number {
  const named = term.replace('...', '').length;
  const wide = term.includes('...');
  if (wide ? rank < named : rank !== named)
    fail('equation', `'${text}': term ${term} names ${named} axes of an operand of rank ${rank}`);
  return wide ? rank - named : 0;
}

function implicitOutput(terms: readonly string[], ellipsis: string): string {
  const all = terms.join('').replaceAll('.', '');
  const once = Array.from(all).filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return ellipsis + once.sort().join('');
}

function checkTerm(text: string, term: string, fail: Fail): void {
  const odd = Array.from(term).find((label) => !/[a-zA-Z]/.test(label));
  if (odd) fail('equation', `'${text}': '${odd}' is not a label`);
  const twice = Array.from(term).find((label, at) => term.indexOf(label) !== at);
  if (twice) fail('equation', `'${text}': term ${term} repeats ${twice}; diagonals and traces are not supported`);
}
