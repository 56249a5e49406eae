// Contractions in a group, brought into the form Σ_k A(batch, m, k) · B(batch, n, k) with flat m and n.
import { sizeOf } from '../../ir/shape.js';
import { contractionOf, reductionsOf, type Contraction } from '../contraction.js';
import type { Definitions } from '../definitions.js';
import { extentOf, visitExpressions, type Expression, type Reduce, type Variable } from '../expression.js';
import type { Expressions } from '../expressions.js';
import type { KernelGroup, Root } from '../kernelGroup.js';
import { substitute } from '../substitute.js';

/** A factor's element for a flat index of its own, a batch, and one index for each of the summed variables. */
export type Factor = (flat: Expression, batch: Expression, summed: readonly Expression[]) => Expression;

export interface ContractedSum {
  /** The sum as it occurs in the group's roots. */
  readonly sum: Reduce;
  readonly rowFactor: Factor;
  readonly columnFactor: Factor;
}

export interface ContractionProblem {
  /** All over the same rows, columns and variables: the gates of a recurrent cell, say. */
  readonly sums: readonly ContractedSum[];
  readonly variables: readonly Variable[];
  /** Those of the variables that decide whether an element is read. */
  readonly conditions: ReadonlySet<Variable>;
  readonly batches: number;
  readonly rows: number;
  /** Columns run along the results' last axis where one factor allows it, so that neighbouring threads store neighbours. */
  readonly columns: number;
  readonly terms: number;
  /** Distinct parts of what is computed of one result once its sums are known: a measure of the code for it. */
  readonly finishing: number;
  /** Whether a factor's neighbours in memory are neighbours in the sum, not along its own axis. */
  readonly rowsAlongSum: boolean;
  readonly columnsAlongSum: boolean;
  /** The flat position of a result. */
  position(batch: Expression, row: Expression, column: Expression): Expression;
}

interface Found {
  readonly sum: Reduce;
  readonly contraction: Contraction;
}

/** The group's contractions; `undefined` where it has none. */
export function contractionProblem(group: KernelGroup, { e }: Definitions): ContractionProblem | undefined {
  const { position, roots, elements } = group;
  if (position.kind !== 'variable' || group.rows) return undefined;
  const sums = new Set(roots.flatMap(({ expression }) => reductionsOf(expression)));
  if (sums.size === 0) return undefined;
  const shapes = roots.map(({ value }) => value.shape as readonly number[]);
  const fitting = new Map(shapes.filter((shape) => sizeOf(shape) === elements).map((shape) => [shape.join(), shape]));
  for (const shape of fitting.values()) {
    const axes = shape.map((extent) => (extent === 1 ? e.int(0) : e.variable(extent, 'x')));
    const variables = axes.filter((axis) => axis.kind === 'variable');
    const place = new Map([[position, e.flatten(axes, shape)]]);
    const found: Found[] = [];
    for (const sum of sums) {
      const apart = substitute(e, sum, place);
      const contraction = apart.kind === 'reduce' ? contractionOf(apart, variables) : undefined;
      if (contraction) found.push({ sum, contraction });
    }
    if (found.length > 0) return new ProblemForm(e, axes, shape, found).problem(roots);
  }
  return undefined;
}

/** Divides the axes among rows, columns and batches, by the longest sum; sums of the same form are computed with it. */
class ProblemForm {
  private readonly main: Contraction;
  private readonly rows: readonly Variable[];
  private readonly columns: readonly Variable[];
  private readonly batches: readonly Variable[];

  constructor(
    private readonly e: Expressions,
    private readonly axes: readonly Expression[],
    private readonly shape: readonly number[],
    private readonly found: readonly Found[],
  ) {
    this.main = found.reduce((a, b) => (extentOf(b.sum) > extentOf(a.sum) ? b : a)).contraction;
    const { rows, columns, shared } = this.main;
    const variables = axes.filter((axis) => axis.kind === 'variable');
    const last = variables.findLast((axis) => !shared.includes(axis))!;
    const rowsFirst = !rows.includes(last);
    this.rows = rowsFirst ? rows : columns;
    this.columns = rowsFirst ? columns : rows;
    // Along axes that neither factor depends on the sum is the same everywhere.
    this.batches = variables.filter((axis) => !this.rows.includes(axis) && !this.columns.includes(axis));
  }

  problem(roots: readonly Root[]): ContractionProblem {
    const { reduce, left, right } = this.main;
    const sums = this.found.flatMap(({ sum, contraction }) => this.summed(sum, contraction) ?? []);
    const rowFactor = this.isAlike(this.main) ? left : right;
    const columnFactor = rowFactor === left ? right : left;
    return {
      sums,
      variables: reduce.variables,
      conditions: conditionsOf([left, right]),
      batches: sizeOfAxes(this.batches),
      rows: sizeOfAxes(this.rows),
      columns: sizeOfAxes(this.columns),
      terms: extentOf(reduce),
      finishing: partsOutside(roots, new Set(sums.map(({ sum }) => sum))),
      rowsAlongSum: isAlongSum(rowFactor, this.rows, reduce.variables),
      columnsAlongSum: isAlongSum(columnFactor, this.columns, reduce.variables),
      position: (batch, row, column) => {
        const places = new Map(this.placed(row, column, batch));
        return this.e.flatten(
          this.axes.map((axis) => (axis.kind === 'variable' ? places.get(axis)! : axis)),
          this.shape,
        );
      },
    };
  }

  /** Whether the left factor is that of the rows. */
  private isAlike({ rows }: Contraction): boolean {
    return sameAxes(rows, this.rows);
  }

  private summed(sum: Reduce, contraction: Contraction): ContractedSum | undefined {
    const { reduce, left, right, rows, columns } = contraction;
    const alike = this.isAlike(contraction);
    if (!alike && !(sameAxes(rows, this.columns) && sameAxes(columns, this.rows))) return undefined;
    if (alike && !sameAxes(columns, this.columns)) return undefined;
    if (extents(reduce) !== extents(this.main.reduce)) return undefined;
    return {
      sum,
      rowFactor: this.factor(alike ? left : right, reduce, (flat, batch) => this.placed(flat, undefined, batch)),
      columnFactor: this.factor(alike ? right : left, reduce, (flat, batch) => this.placed(undefined, flat, batch)),
    };
  }

  private factor(
    expression: Expression,
    { variables }: Reduce,
    places: (flat: Expression, batch: Expression) => (readonly [Variable, Expression])[],
  ): Factor {
    return (flat, batch, summed) => {
      const indices = variables.map((variable, at) => [variable, summed[at]!] as const);
      return substitute(this.e, expression, new Map([...places(flat, batch), ...indices]));
    };
  }

  private placed(
    row: Expression | undefined,
    column: Expression | undefined,
    batch: Expression,
  ): (readonly [Variable, Expression])[] {
    return [
      ...(row ? this.unflattened(this.rows, row) : []),
      ...(column ? this.unflattened(this.columns, column) : []),
      ...this.unflattened(this.batches, batch),
    ];
  }

  /** The index on each axis of a flat index over all of them. */
  private unflattened(axes: readonly Variable[], flat: Expression): (readonly [Variable, Expression])[] {
    const index = this.e.unflatten(
      flat,
      axes.map(({ max }) => max + 1),
    );
    return axes.map((axis, at) => [axis, index[at]!] as const);
  }
}

function sameAxes(left: readonly Variable[], right: readonly Variable[]): boolean {
  return left.length === right.length && left.every((axis, at) => axis === right[at]);
}

function extents({ variables }: Reduce): string {
  return variables.map(({ max }) => max).join();
}

function sizeOfAxes(axes: readonly Variable[]): number {
  return sizeOf(axes.map(({ max }) => max + 1));
}

function partsOutside(roots: readonly Root[], sums: ReadonlySet<Expression>): number {
  let parts = 0;
  const expressions = roots.flatMap(({ expression, at }) => [expression, at]);
  visitExpressions(expressions, (part) => {
    parts++;
    return !sums.has(part);
  });
  return parts;
}

function conditionsOf(factors: readonly Expression[]): Set<Variable> {
  const found = new Set<Variable>();
  visitExpressions(factors, (part) => {
    if (part.kind === 'select') for (const variable of part.condition.free) found.add(variable);
  });
  return found;
}

/** An axis shorter than this has few neighbours. */
const shortAxis = 8;

/** Whether a factor's neighbours in memory lie along the sum: they do not along its own last axis, or that is the shorter one. */
function isAlongSum(factor: Expression, own: readonly Variable[], variables: readonly Variable[]): boolean {
  const indices: Expression[] = [];
  visitExpressions([factor], (part) => {
    if (part.kind === 'load') indices.push(part.index);
  });
  const step = (variable: Variable): boolean => indices.some((index) => stepOf(index, variable) === 1);
  const axis = own.at(-1)!;
  const along = variables.filter(step);
  if (!step(axis)) return along.length > 0;
  return axis.max + 1 < shortAxis && along.some(({ max }) => max + 1 >= shortAxis);
}

/** The coefficient of a variable in an index, as far as it is a plain term of it. */
function stepOf(index: Expression, variable: Variable): number {
  if (index === variable) return 1;
  return index.kind === 'affine' ? (index.terms.find(([atom]) => atom === variable)?.[1] ?? 0) : 0;
}
