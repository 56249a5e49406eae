// A graph from ONNX's text syntax (onnx/docs/Syntax.md); tests are written in it.
import { allocate, isFloat, type DType } from './dtype.js';
import { Graph, Node, Value, type Attribute } from './graph.js';
import type { Dim, Shape } from './shape.js';
import { setElement, type Tensor } from './tensor.js';
import { DefaultNames, typeWords } from './textNames.js';
import { syntaxError, tokenize, type Token } from './tokens.js';

/** Subgraphs inside subgraphs; deeper ones would only exhaust the call stack. */
const deepest = 32;

/**
 * Parses `name (float[N, 2] X) => (float[N] Y) <float[2] w = {1, 2}> { [node] Y = MatMul (X, w) }`. Every value must be
 * declared or made before it is read. Throws `text.syntax` with line and column.
 */
export function parseGraph(text: string): Graph {
  const parser = new Parser(text);
  const graph = parser.graph(undefined, 0);
  parser.expectEnd();
  return graph;
}

class Scope {
  private readonly own = new Map<string, Value>();

  constructor(private readonly outer?: Scope) {}

  find(name: string): Value | undefined {
    return this.own.get(name) ?? this.outer?.find(name);
  }

  declare(value: Value): boolean {
    if (this.own.has(value.name)) return false;
    this.own.set(value.name, value);
    return true;
  }
}

interface Declared {
  readonly name: string;
  readonly dtype?: DType;
  readonly shape?: Shape | undefined;
  readonly token: Token;
}

const dtypeOfWord = new Map<string, DType>(Object.entries(typeWords).map(([dtype, word]) => [word, dtype as DType]));
const kinds = new Set<string>(['int', 'float', 'string', 'ints', 'floats', 'strings', 'tensor', 'graph', 'graphs']);

class Parser {
  private readonly tokens: readonly Token[];
  private readonly nodeNames = new DefaultNames();
  private at = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  graph(outer: Scope | undefined, depth: number): Graph {
    if (depth > deepest) this.fail(`subgraphs must be at most ${deepest} deep`);
    const graph = new Graph(this.name());
    const scope = new Scope(outer);
    graph.inputs = this.list('(', ')', () => this.declaration()).map((declared) => this.make(scope, declared));
    this.expect('=>');
    const outputs = this.list('(', ')', () => this.declaration());
    const types = new Map<string, Declared>();
    if (this.is('<'))
      for (const declared of this.list('<', '>', () => this.constantOrType(scope)))
        if (declared) types.set(declared.name, declared);
    for (const declared of outputs) if (declared.dtype) types.set(declared.name, declared);
    this.expect('{');
    while (!this.is('}')) graph.nodes.push(this.node(scope, types, depth));
    this.expect('}');
    graph.outputs = outputs.map((declared) => this.lookUp(scope, declared.name, declared.token));
    return graph;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.fail(`expected the end, got ${shown(this.peek())}`);
  }

  private make(scope: Scope, { name, dtype, shape, token }: Declared): Value {
    const value = new Value(name);
    Object.assign(value, { dtype, shape });
    if (!scope.declare(value)) this.fail(`'${name}' is already the name of a value`, token);
    return value;
  }

  private lookUp(scope: Scope, name: string, token: Token): Value {
    return scope.find(name) ?? this.fail(`'${name}' is not known here; it must be declared or made before`, token);
  }

  /** `float[2] w = {1, 2}` declares a constant, `float[2] t` the type of a value that a node makes. */
  private constantOrType(scope: Scope): Declared | undefined {
    const declared = this.declaration();
    if (!this.is('=')) return declared;
    this.next();
    const value = this.make(scope, declared);
    if (!declared.dtype) this.fail(`constant '${declared.name}' must have a type`, declared.token);
    value.constant = this.elements(declared.dtype, declared.shape);
    return undefined;
  }

  private declaration(): Declared {
    const type = this.maybeType();
    const token = this.peek();
    return { ...type, name: this.name(), token };
  }

  private maybeType(): { dtype?: DType; shape?: Shape | undefined } {
    const token = this.peek();
    const dtype = token.kind === 'word' ? dtypeOfWord.get(token.text) : undefined;
    const after = this.tokens[this.at + 1];
    if (!dtype || !after || after.kind === 'end' || (after.kind === 'sign' && after.text !== '[' && after.text !== '{'))
      return {};
    this.next();
    if (!this.is('[')) return { dtype, shape: [] };
    const dims = this.list('[', ']', () => this.dim());
    return { dtype, shape: dims.length ? dims : undefined };
  }

  private dim(): Dim {
    const token = this.next();
    if (token.kind === 'sign' && token.text === '?') return null;
    if (token.kind === 'word' || token.kind === 'string') return token.text;
    const size = token.kind === 'number' ? Number(token.text) : NaN;
    return Number.isSafeInteger(size) && size >= 0
      ? size
      : this.fail(`expected a dimension, got ${shown(token)}`, token);
  }

  private node(scope: Scope, types: ReadonlyMap<string, Declared>, depth: number): Node {
    const label = this.is('[') ? this.list('[', ']', () => this.name())[0] : undefined;
    const made: { name: string; token: Token }[] = [];
    while (!this.is('=')) {
      made.push({ token: this.peek(), name: this.name() });
      if (!this.is('=')) this.expect(',');
    }
    this.expect('=');
    const operator = this.name();
    const dot = operator.lastIndexOf('.');
    const type = operator.slice(dot + 1);
    const name = label ?? this.nodeNames.peek(type);
    this.nodeNames.take(name);
    const attributes = new Map<string, Attribute>();
    if (this.is('<')) this.list('<', '>', () => this.attribute(attributes, scope, depth));
    const inputs = this.list('(', ')', () => this.input(scope));
    const outputs = made.map(({ name: output, token }) =>
      this.make(scope, { ...types.get(output), name: output, token }),
    );
    const node = new Node(type, name, inputs, outputs, Object.fromEntries(attributes));
    node.domain = dot < 0 ? '' : operator.slice(0, dot);
    return node;
  }

  private input(scope: Scope): Value | undefined {
    const token = this.peek();
    const name = this.name();
    return name === '' ? undefined : this.lookUp(scope, name, token);
  }

  private attribute(attributes: Map<string, Attribute>, scope: Scope, depth: number): void {
    const token = this.peek();
    const name = this.name();
    if (attributes.has(name)) this.fail(`attribute ${name} is given twice`, token);
    let kind: string | undefined;
    if (this.is(':')) {
      this.next();
      kind = this.name();
      if (!kinds.has(kind)) this.fail(`expected a kind of attribute (${[...kinds].join(', ')}), got '${kind}'`);
    }
    this.expect('=');
    attributes.set(name, this.attributeValue(kind as Attribute['kind'] | undefined, scope, depth));
  }

  private attributeValue(given: Attribute['kind'] | undefined, scope: Scope, depth: number): Attribute {
    const kind = given ?? this.guessKind();
    switch (kind) {
      case 'int':
        return { kind, value: this.integer() };
      case 'float':
        return { kind, value: this.number() };
      case 'string':
        return { kind, value: this.string() };
      case 'ints':
        return { kind, value: this.list('[', ']', () => this.integer()) };
      case 'floats':
        return { kind, value: this.list('[', ']', () => this.number()) };
      case 'strings':
        return { kind, value: this.list('[', ']', () => this.string()) };
      case 'tensor': {
        const { dtype, shape } = this.maybeType();
        return { kind, value: this.elements(dtype ?? this.fail('expected the type of a tensor'), shape) };
      }
      case 'graph':
        return { kind, value: this.graph(scope, depth + 1) };
      case 'graphs':
        return { kind, value: this.list('[', ']', () => this.graph(scope, depth + 1)) };
    }
  }

  /** Integers, numbers with a point, strings, tensors by their type, and lists of the first three. */
  private guessKind(): Attribute['kind'] {
    const listed = this.is('[');
    const token = this.tokens[this.at + (listed ? 1 : 0)]!;
    if (token.kind === 'string') return listed ? 'strings' : 'string';
    if (token.kind === 'number') {
      const whole = !/[.eE]/.test(token.text);
      return whole ? (listed ? 'ints' : 'int') : listed ? 'floats' : 'float';
    }
    if (!listed && token.kind === 'word') return dtypeOfWord.has(token.text) ? 'tensor' : 'graph';
    return this.fail('say the kind of this attribute, as in `name: ints = []`', token);
  }

  private elements(dtype: DType, shape: Shape | undefined): Tensor {
    const start = this.peek();
    const dims = shape?.map((dim) =>
      typeof dim === 'number' ? dim : this.fail('the shape of a constant must be known', start),
    );
    const texts = this.list('{', '}', () => this.next());
    const counts = dims ?? [texts.length];
    const wanted = counts.reduce((product, dim) => product * dim, 1);
    if (texts.length !== wanted)
      this.fail(`[${counts.join(', ')}] takes ${wanted} elements, got ${texts.length}`, start);
    const tensor = { dtype, shape: counts, data: allocate(dtype, wanted) } as Tensor;
    texts.forEach((token, index) => {
      if (dtype === 'int64') (tensor.data as BigInt64Array)[index] = this.bigint(token);
      else setElement(tensor, index, isFloat(dtype) ? this.numberOf(token) : Number(this.bigint(token)));
    });
    return tensor;
  }

  private bigint(token: Token): bigint {
    return /^-?\d+$/.test(token.text) && token.kind === 'number'
      ? BigInt(token.text)
      : this.fail(`expected a whole number, got ${shown(token)}`, token);
  }

  private integer(): number {
    return Number(this.bigint(this.next()));
  }

  private number(): number {
    return this.numberOf(this.next());
  }

  private numberOf(token: Token): number {
    const special = token.kind === 'word' ? { nan: NaN, inf: Infinity, '-inf': -Infinity }[token.text] : undefined;
    return (
      special ??
      (token.kind === 'number' ? Number(token.text) : this.fail(`expected a number, got ${shown(token)}`, token))
    );
  }

  private string(): string {
    const token = this.next();
    return token.kind === 'string' ? token.text : this.fail(`expected a string, got ${shown(token)}`, token);
  }

  private name(): string {
    const token = this.next();
    return token.kind === 'word' || token.kind === 'string'
      ? token.text
      : this.fail(`expected a name, got ${shown(token)}`, token);
  }

  private list<T>(open: string, close: string, item: () => T): T[] {
    const items: T[] = [];
    this.expect(open);
    while (!this.is(close)) {
      items.push(item());
      if (!this.is(close)) this.expect(',');
    }
    this.expect(close);
    return items;
  }

  private is(sign: string): boolean {
    const token = this.peek();
    return token.kind === 'sign' && token.text === sign;
  }

  private expect(sign: string): void {
    if (!this.is(sign)) this.fail(`expected '${sign}', got ${shown(this.peek())}`);
    this.at++;
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at++;
    return token;
  }

  private fail(sentence: string, token = this.peek()): never {
    throw syntaxError(this.text, token.offset, sentence);
  }
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end' : `'${token.text}'`;
}
