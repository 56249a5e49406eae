// Words and signs of the text form, with their places.
import { EngineError } from './diagnostic.js';

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'end';
  /** A string's content is unescaped. */
  readonly text: string;
  readonly offset: number;
}

const pattern =
  /[ \t\r\n]+|#[^\n]*|(?<string>"(?:[^"\\\n]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>-?[A-Za-z_][A-Za-z0-9_.]*)|(?<sign>=>|[=()[\]{}<>,:?])/y;

/** Splits a text; comments run from `#` to the end of the line. Throws `text.syntax`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const offset = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw syntaxError(text, offset, `unexpected ${JSON.stringify(text.slice(offset, offset + 1))}`);
    const kind = (['string', 'number', 'word', 'sign'] as const).find((name) => groups[name] !== undefined);
    if (kind)
      tokens.push({ kind, text: kind === 'string' ? unquoted(text, offset, groups[kind]!) : groups[kind]!, offset });
  }
  tokens.push({ kind: 'end', text: '', offset: text.length });
  return tokens;
}

function unquoted(text: string, offset: number, quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw syntaxError(text, offset, `${quoted} is not a string in quotes`);
  }
}

/** An error that says line and column, both counted from 1. */
export function syntaxError(text: string, offset: number, sentence: string): EngineError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new EngineError('text.syntax', `Graph text, line ${line}, column ${column}: ${sentence}`, {
    path: `${line}:${column}`,
  });
}
