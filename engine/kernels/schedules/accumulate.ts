// Loops in which one thread combines its share of reductions.
import type { Reduce, Variable } from '../expression.js';
import { combined, type ShaderText } from '../shaderText.js';
import type { ReductionLoop } from './longReductions.js';
import { isWorthRepeating, repeatedLoop, type LoopRange } from './repeatedLoop.js';

/** Longer sums of one thread are added up in blocks, for their rounding errors not to grow with the length. */
const blockLength = 256;

/** What a thread has combined of a reduction so far: the name of a variable of the shader. */
export interface Accumulator {
  readonly reduce: Reduce;
  readonly name: string;
}

/** The values of the outermost variable that a thread looks at: from `start` + its lane to before `end`, in steps of `lanes`. */
export interface Share {
  readonly start: string;
  readonly end: string;
  /** At most so many values. */
  readonly length: number;
  readonly lanes: number;
}

export class Accumulation {
  private names = 0;

  constructor(private readonly text: ShaderText) {}

  /** A variable that starts from the neutral element. */
  accumulator(reduce: Reduce): Accumulator {
    const name = `total${this.names++}`;
    this.text.line(`var ${name}: ${reduce.type} = ${this.text.neutral(reduce)};`);
    return { reduce, name };
  }

  /** Combines the share; the loops have the same variables. */
  over(loops: readonly ReductionLoop[], share: Share): Accumulator[] {
    const distinct = loops.filter((loop, at) => loops.findIndex((other) => isSame(loop, other)) === at);
    const totals = this.overDistinct(distinct, share);
    return loops.map((loop) => ({
      reduce: loop.reduce,
      name: totals[distinct.findIndex((other) => isSame(loop, other))]!.name,
    }));
  }

  private overDistinct(loops: readonly ReductionLoop[], share: Share): Accumulator[] {
    const totals = loops.map(({ reduce }) => this.accumulator(reduce));
    const inner = loops[0]!.variables.length - 1;
    if (!loops.some(({ reduce }) => isRounded(reduce))) this.plain(loops, share, totals);
    else if (inner > 0) this.nested(loops, share, totals);
    else if (share.length > share.lanes * blockLength) this.blocked(loops, share, totals);
    else this.plain(loops, share, totals);
    return totals;
  }

  private plain(
    loops: readonly ReductionLoop[],
    { start, end, length, lanes }: Share,
    totals: readonly Accumulator[],
  ): void {
    const range = { start: `${start}${laneOf(lanes)}`, end, step: lanes, length };
    this.loops(loops[0]!.variables, range, loops, () => this.step(loops, totals));
  }

  /** The inner loops have sums of their own. */
  private nested(
    loops: readonly ReductionLoop[],
    { start, end, length, lanes }: Share,
    totals: readonly Accumulator[],
  ): void {
    const [first, ...rest] = loops[0]!.variables;
    const range = { start: `${start}${laneOf(lanes)}`, end, step: lanes, length };
    repeatedLoop(this.text, first!, range, false, () => {
      const sums = loops.map(({ reduce }) => this.accumulator(reduce));
      this.loops(rest, wholeOf(rest), loops, () => this.step(loops, sums));
      this.addTo(totals, sums);
    });
  }

  /** Each block has sums of its own. */
  private blocked(loops: readonly ReductionLoop[], { start, end, lanes }: Share, totals: readonly Accumulator[]): void {
    const { text } = this;
    const [variable] = loops[0]!.variables;
    const id = this.names++;
    const blockSpan = blockLength * lanes;
    const head = `for (var block${id}: i32 = ${start}; block${id} < ${end}; block${id} += ${blockSpan})`;
    text.block(head, [], false, () => {
      const sums = loops.map(({ reduce }) => this.accumulator(reduce));
      text.line(`let stop${id} = min(block${id} + ${blockSpan}, ${end});`);
      const range = { start: `block${id}${laneOf(lanes)}`, end: `stop${id}`, step: lanes, length: blockSpan };
      this.loops([variable!], range, loops, () => this.step(loops, sums));
      this.addTo(totals, sums);
    });
  }

  /** Nested loops, the innermost with a repeated body; `range` is the outermost variable's. */
  private loops(
    variables: readonly Variable[],
    range: LoopRange,
    terms: readonly ReductionLoop[],
    body: () => void,
  ): void {
    const [first, ...rest] = variables;
    const isRepeated = rest.length === 0 && isWorthRepeating(terms.map((term) => term.body));
    repeatedLoop(this.text, first!, range, isRepeated, () => {
      if (rest.length === 0) body();
      else this.loops(rest, wholeOf(rest), terms, body);
    });
  }

  private step(loops: readonly ReductionLoop[], into: readonly Accumulator[]): void {
    const terms = loops.map(({ body }) => this.text.text(body));
    into.forEach(({ reduce, name }, index) =>
      this.text.line(`${name} = ${combined(reduce.combiner, name, terms[index]!)};`),
    );
  }

  private addTo(totals: readonly Accumulator[], sums: readonly Accumulator[]): void {
    totals.forEach(({ reduce, name }, index) =>
      this.text.line(`${name} = ${combined(reduce.combiner, name, sums[index]!.name)};`),
    );
  }
}

function isSame(left: ReductionLoop, right: ReductionLoop): boolean {
  return left.body === right.body && left.reduce.combiner === right.reduce.combiner;
}

function isRounded({ combiner, type }: Reduce): boolean {
  return combiner === 'sum' && (type === 'f32' || type === 'f16');
}

function laneOf(lanes: number): string {
  return lanes > 1 ? ' + lane' : '';
}

function wholeOf([first]: readonly Variable[]): LoopRange {
  return { start: '0', end: String(first!.max + 1), step: 1, length: first!.max + 1 };
}
