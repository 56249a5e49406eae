// JSON read with places: what each path says and where it stands, or where the text stops being JSON.

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface ParsedJson {
  readonly value: unknown;
  /** Of every member by path: `layers[3].options.units`; the document itself is ''. */
  readonly ranges: ReadonlyMap<string, TextRange>;
}

export interface JsonFault {
  readonly message: string;
  /** Offset in the text. */
  readonly at: number;
}

class JsonError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** Deeper texts are none of ours. */
const deepest = 64;

export function parseJson(text: string): ParsedJson | JsonFault {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return { value, ranges: reader.ranges };
  } catch (error) {
    if (error instanceof JsonError) return { message: error.message, at: error.at };
    throw error;
  }
}

class Reader {
  readonly ranges = new Map<string, TextRange>();
  private at = 0;

  constructor(private readonly text: string) {}

  document(): unknown {
    const value = this.value('', 0);
    this.space();
    if (this.at < this.text.length) this.fail('nothing may follow the document');
    return value;
  }

  private fail(message: string, at = this.at): never {
    throw new JsonError(message, at);
  }

  private space(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  private value(path: string, depth: number): unknown {
    this.space();
    if (depth > deepest) this.fail('is nested too deeply');
    const start = this.at;
    const value = this.bare(path, depth);
    this.ranges.set(path, { start, end: this.at });
    return value;
  }

  private bare(path: string, depth: number): unknown {
    const first = this.text.charAt(this.at);
    if (first === '{') return this.object(path, depth);
    if (first === '[') return this.array(path, depth);
    if (first === '"') return this.string();
    for (const [word, value] of words) if (this.text.startsWith(word, this.at)) return this.skip(word.length, value);
    return this.number(first);
  }

  private skip<T>(length: number, value: T): T {
    this.at += length;
    return value;
  }

  private object(path: string, depth: number): unknown {
    const members: Record<string, unknown> = {};
    this.at++;
    this.space();
    if (this.text.charAt(this.at) === '}') return this.skip(1, members);
    for (;;) {
      this.space();
      if (this.text.charAt(this.at) !== '"') this.fail('a name in double quotes is expected here');
      const start = this.at;
      const name = this.string();
      if (Object.hasOwn(members, name)) this.fail(`'${name}' stands here twice`, start);
      this.space();
      if (this.text.charAt(this.at) !== ':') this.fail("':' is expected after the name");
      this.at++;
      const value = this.value(path === '' ? name : `${path}.${name}`, depth + 1);
      Object.defineProperty(members, name, { value, enumerable: true, writable: true, configurable: true });
      if (this.end('}')) return members;
    }
  }

  private array(path: string, depth: number): unknown {
    const items: unknown[] = [];
    this.at++;
    this.space();
    if (this.text.charAt(this.at) === ']') return this.skip(1, items);
    for (;;) {
      items.push(this.value(`${path}[${items.length}]`, depth + 1));
      if (this.end(']')) return items;
    }
  }

  /** After a member: true at the end of the list, false after a comma. */
  private end(closing: string): boolean {
    this.space();
    const next = this.text.charAt(this.at);
    if (next === closing) return this.skip(1, true);
    if (next !== ',') this.fail(`',' or '${closing}' is expected here`);
    const comma = this.at++;
    this.space();
    if (this.text.charAt(this.at) === closing) this.fail('nothing comes after this comma', comma);
    return false;
  }

  private string(): string {
    const match = /"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    match.lastIndex = this.at;
    const [found] = match.exec(this.text) ?? [];
    if (found === undefined) this.fail('the text in quotes does not end, or has a wrong escape');
    return this.skip(found.length, JSON.parse(found) as string);
  }

  private number(first: string): number {
    const match = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    match.lastIndex = this.at;
    const [found] = match.exec(this.text) ?? [];
    if (found === undefined)
      this.fail(first === '' ? 'the document ends too early' : `a value is expected here, not '${first}'`);
    return this.skip(found.length, Number(found));
  }
}

const words: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** The nearest part of a path that the text has: faults may speak of what is missing. */
export function rangeOf(ranges: ReadonlyMap<string, TextRange>, path: string): TextRange | undefined {
  for (let part = path; part !== ''; part = part.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]+)$/, '')) {
    const range = ranges.get(part);
    if (range) return range;
  }
  return ranges.get('');
}
