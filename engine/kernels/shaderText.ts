// Writes WGSL: expressions as statements, each computed once, in the outermost block where its variables are known.
import type { Value } from '../ir/graph.js';
import {
  visitExpressions,
  type Affine,
  type Constant,
  type Expression,
  type Fold,
  type Reduce,
  type ScalarType,
  type Select,
  type Variable,
} from './expression.js';
import { OffsetNames } from './shareKernels.js';
import { shaderFunctions } from './shaderFunctions.js';

/** A block of statements. */
interface Block {
  readonly lines: string[];
  readonly names: Map<Expression, string>;
  /** Sums of terms by their text. */
  readonly sums: Map<string, string>;
  /** Those of `names` whose text was given by `bind`. */
  readonly given: Set<Expression>;
  readonly bound: ReadonlySet<Variable>;
  /** Code that may not run: nothing inside moves out. */
  readonly conditional: boolean;
  readonly indent: string;
}

/** How memory is spelled in a shader: the text of one element. */
export type ElementText = (source: Value, index: string) => string;

const infix = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '<=',
  '>',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '&',
  '|',
  '^',
  '<<',
  '>>',
]);
const prefix = new Set(['!', '~']);

export class ShaderText {
  private readonly blocks: Block[] = [];
  private names = 0;
  private readonly called = new Set<string>();

  /** Large constants of indices, which shaders that differ in nothing else can share. */
  readonly offsets = new OffsetNames();

  /** `element` gives the text of a load of the memory's own type (u32 for bool: the load adds the test). */
  constructor(private readonly element: ElementText) {
    this.blocks.push({
      lines: [],
      names: new Map(),
      sums: new Map(),
      given: new Set(),
      bound: new Set(),
      conditional: false,
      indent: '  ',
    });
  }

  /** All statements so far; call at the end, at the outermost level. */
  body(): string {
    return this.blocks[0]!.lines.join('\n');
  }

  /** The WGSL functions that the statements call. */
  functions(): string {
    const needed = new Set<string>();
    const need = (name: string): void => {
      const found = shaderFunctions[name];
      if (!found || needed.has(name)) return;
      found.needs?.forEach(need);
      needed.add(name);
    };
    this.called.forEach(need);
    return [...needed].map((name) => shaderFunctions[name]!.source).join('\n');
  }

  /** A raw statement in the innermost block. */
  line(text: string): void {
    const block = this.blocks.at(-1)!;
    block.lines.push(block.indent + text);
  }

  /** `head { body }`; `bound` are variables that the block makes known, `conditional` says that it may not run. */
  block(head: string, bound: Iterable<Variable>, conditional: boolean, body: () => void): void {
    const outer = this.blocks.at(-1)!;
    const inner: Block = {
      lines: [],
      names: new Map(),
      sums: new Map(),
      given: new Set(),
      bound: new Set(bound),
      conditional,
      indent: outer.indent + '  ',
    };
    this.blocks.push(inner);
    body();
    this.blocks.pop();
    outer.lines.push(`${outer.indent}${head} {`, ...inner.lines, `${outer.indent}}`);
  }

  /** Says that `text` is the value of `expression` in the innermost block. */
  bind(expression: Expression, text: string): void {
    const { names, given } = this.blocks.at(-1)!;
    names.set(expression, text);
    given.add(expression);
  }

  /** Notes the use of a function by raw statements. */
  uses(name: string): void {
    this.called.add(name);
  }

  /** The text of an expression: a name, a literal or an index sum; statements that it needs are added. */
  text(expression: Expression): string {
    if (expression.kind === 'constant') return constantText(expression, (name) => this.uses(name));
    const known = this.known(expression);
    if (known !== undefined) return known;
    if (expression.kind === 'variable') return expression.name;
    return this.make(expression);
  }

  private known(expression: Expression): string | undefined {
    for (let depth = this.blocks.length - 1; depth >= 0; depth--) {
      const name = this.blocks[depth]!.names.get(expression);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  private make(expression: Expression): string {
    const depth = this.levelOf(expression);
    if (depth === this.blocks.length - 1) return this.makeHere(expression);
    // Invariant of the inner blocks: it is made further out, before they open.
    const inner = this.blocks.splice(depth + 1);
    const text = this.makeHere(expression);
    this.blocks.push(...inner);
    return text;
  }

  /** The outermost block where all variables are known and that runs if the innermost one does. */
  private levelOf(expression: Expression): number {
    let depth = this.blocks.length - 1;
    while (depth > 0) {
      const block = this.blocks[depth]!;
      if (block.conditional || [...expression.free].some((variable) => block.bound.has(variable))) break;
      if (this.bindsPartOf(block, expression)) break;
      depth--;
    }
    return depth;
  }

  /** Whether a value bound in this block by `bind` occurs in the expression. */
  private bindsPartOf(block: Block, expression: Expression): boolean {
    if (block.given.size === 0) return false;
    let found = false;
    visitExpressions([expression], (part) => {
      found ||= block.given.has(part);
      return !found;
    });
    return found;
  }

  private makeHere(expression: Expression): string {
    const block = this.blocks.at(-1)!;
    const text = this.statement(expression);
    block.names.set(expression, text);
    return text;
  }

  private fresh(value: string, type: ScalarType): string {
    const name = `v${this.names++}`;
    this.line(`let ${name}: ${type} = ${value};`);
    return name;
  }

  private statement(expression: Expression): string {
    switch (expression.kind) {
      case 'constant':
      case 'variable':
        return this.text(expression);
      case 'affine':
        return this.affineText(expression);
      case 'call':
        return this.fresh(this.callText(expression.op, expression.args), expression.type);
      case 'load': {
        const text = this.element(expression.source, this.text(expression.index));
        return this.fresh(expression.type === 'bool' ? `${text} != 0u` : text, expression.type);
      }
      case 'select':
        return this.selectText(expression);
      case 'reduce':
        return this.reduceText(expression);
      case 'fold':
        return this.foldText(expression);
    }
  }

  /** Terms that are known further out are added up there, so that loops are left with one addition. */
  private affineText({ terms, constant }: Affine): string {
    const levels = terms.map(([atom]) => this.levelOf(atom));
    let sum = '';
    for (const level of [...new Set(levels)].sort((a, b) => a - b)) {
      const here = terms
        .filter((_, at) => levels[at] === level)
        .map(([atom, coefficient]) => this.termText(atom, coefficient));
      sum = this.sumAt(level, sum === '' ? here : [sum, ...here]);
    }
    return constant === 0 ? sum : this.fresh(`${sum} + ${this.offsets.text(constant)}`, 'i32');
  }

  private termText(atom: Expression, coefficient: number): string {
    const text = this.text(atom);
    return coefficient === 1 ? text : coefficient === -1 ? `-${text}` : `${text} * ${coefficient}`;
  }

  /** The name of a sum of terms, made once in the block at this depth. */
  private sumAt(depth: number, terms: readonly string[]): string {
    const { sums } = this.blocks[depth]!;
    const text = terms.join(' + ');
    const known = sums.get(text);
    if (known !== undefined) return known;
    if (terms.length === 1 && /^\w+$/.test(text)) return text;
    const inner = this.blocks.splice(depth + 1);
    const name = this.fresh(text, 'i32');
    this.blocks.push(...inner);
    sums.set(text, name);
    return name;
  }

  private callText(op: string, args: readonly Expression[]): string {
    const texts = args.map((arg) => this.text(arg));
    if (texts.length === 2 && infix.has(op)) return `${texts[0]!} ${op} ${texts[1]!}`;
    if (texts.length === 1 && (prefix.has(op) || op === '-')) return `${op}${texts[0]!}`;
    this.uses(op);
    return `${op}(${texts.join(', ')})`;
  }

  private selectText(expression: Select): string {
    const { condition, yes, no, type } = expression;
    const test = this.text(condition);
    const isMade = (part: Expression): boolean => this.known(part) !== undefined;
    if (isCheap(yes, isMade) && isCheap(no, isMade))
      return this.fresh(`select(${this.text(no)}, ${this.text(yes)}, ${test})`, type);
    const name = `v${this.names++}`;
    this.line(`var ${name}: ${type};`);
    this.block(`if (${test})`, [], true, () => this.line(`${name} = ${this.text(yes)};`));
    this.block('else', [], true, () => this.line(`${name} = ${this.text(no)};`));
    return name;
  }

  private reduceText(expression: Reduce): string {
    const name = `v${this.names++}`;
    this.line(`var ${name}: ${expression.type} = ${this.neutral(expression)};`);
    this.loops(expression.variables, () => {
      this.line(`${name} = ${combined(expression.combiner, name, this.text(expression.body))};`);
    });
    return name;
  }

  /** The value that a reduction starts from, as text. */
  neutral({ combiner, type }: Pick<Reduce, 'combiner' | 'type'>): string {
    if (combiner === 'max' || combiner === 'min') return this.extreme(combiner === 'max' ? -1 : 1, type);
    const start = combiner === 'product' || combiner === 'all' ? 1 : 0;
    return constantText({ type, value: start }, (called) => this.uses(called));
  }

  private extreme(sign: 1 | -1, type: ScalarType): string {
    const least: Partial<Record<ScalarType, number>> = { i32: -(2 ** 31), u32: 0 };
    const most: Partial<Record<ScalarType, number>> = { i32: 2 ** 31 - 1, u32: 2 ** 32 - 1 };
    const value = (sign < 0 ? least : most)[type] ?? sign * Infinity;
    return constantText({ type, value }, (called) => this.uses(called));
  }

  /** Nested loops over the variables. */
  loops(variables: readonly Variable[], body: () => void): void {
    const [first, ...rest] = variables;
    if (!first) {
      body();
      return;
    }
    const { name, max } = first;
    this.block(`for (var ${name}: i32 = 0; ${name} < ${max + 1}; ${name}++)`, [first], false, () =>
      this.loops(rest, body),
    );
  }

  private foldText({ accumulator, initial, variable, body, type }: Fold): string {
    const { name } = accumulator;
    this.line(`var ${name}: ${type} = ${this.text(initial)};`);
    const head = `for (var ${variable.name}: i32 = 0; ${variable.name} < ${variable.max + 1}; ${variable.name}++)`;
    this.block(head, [variable, accumulator], false, () => this.line(`${name} = ${this.text(body)};`));
    return name;
  }
}

/** WGSL that combines two partial results. */
export function combined(combiner: Reduce['combiner'], left: string, right: string): string {
  switch (combiner) {
    case 'sum':
      return `${left} + ${right}`;
    case 'product':
      return `${left} * ${right}`;
    case 'max':
    case 'min':
      return `${combiner}(${left}, ${right})`;
    case 'any':
      return `${left} || ${right}`;
    case 'all':
      return `${left} && ${right}`;
  }
}

/** Whether both sides of a select may as well be computed: at most one load (WebGPU keeps loads within bounds) and little arithmetic. */
function isCheap(expression: Expression, isMade: (part: Expression) => boolean): boolean {
  let loads = 0;
  let calls = 0;
  visitExpressions([expression], (part) => {
    if (isMade(part)) return false;
    const { kind } = part;
    if (kind === 'load') loads++;
    else if (kind === 'reduce' || kind === 'fold') loads += 2;
    else if (kind === 'call' || kind === 'affine' || kind === 'select') calls++;
    return true;
  });
  return loads <= 1 && calls <= 8;
}

function constantText({ type, value }: Pick<Constant, 'type' | 'value'>, uses: (name: string) => void): string {
  if (type === 'bool') return value ? 'true' : 'false';
  if (type === 'i32') return value <= -(2 ** 31) ? 'i32(-2147483647 - 1)' : value < 0 ? `(${value})` : String(value);
  if (type === 'u32') return `${value}u`;
  if (Number.isNaN(value)) return wrapped(type, 'notANumber()', uses);
  if (!Number.isFinite(value)) return wrapped(type, value < 0 ? '-infinity()' : 'infinity()', uses);
  const text = String(type === 'f32' ? Math.fround(value) : value);
  const literal = /[.e]/.test(text) ? text : `${text}.0`;
  const full = `${literal}${type === 'f16' ? 'h' : 'f'}`;
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? `-${full}` : full})` : full;
}

function wrapped(type: ScalarType, text: string, uses: (name: string) => void): string {
  uses(text.includes('infinity') ? 'infinity' : 'notANumber');
  return type === 'f16' ? `f16(${text})` : text;
}
