// A contraction in a group, brought into the form Σ_k A(batch, m, k) · B(batch, n, k) with flat m and n.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { contractionOf, reductionsOf, type Contraction } from '../contraction.js';
import type { Definitions } from '../definitions.js';
import { extentOf, visitExpressions, type Expression, type Reduce, type Variable } from '../expression.js';
import type { Expressions } from '../expressions.js';
import type { KernelGroup } from '../kernelGroup.js';
import { substitute } from '../substitute.js';

/** A factor's element for a flat index of its own, a batch, and one index for each of the summed variables. */
type Factor = (flat: Expression, batch: Expression, summed: readonly Expression[]) => Expression;

export interface ContractionProblem {
  /** The sum as it occurs in the group's root. */
  readonly sum: Reduce;
  readonly variables: readonly Variable[];
  /** Those of the variables that decide whether an element is read. */
  readonly conditions: ReadonlySet<Variable>;
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  /** Columns run along the result's last axis where one factor allows it, so that neighbouring threads store neighbours. */
  readonly rowFactor: Factor;
  readonly columnFactor: Factor;
  /** Whether a factor's neighbours in memory are neighbours in the sum, not along its own axis. */
  readonly rowsAlongSum: boolean;
  readonly columnsAlongSum: boolean;
  /** The flat position of a result. */
  position(batch: Expression, row: Expression, column: Expression): Expression;
}

/** The group's contraction; `undefined` where it has none. */
export function contractionProblem(group: KernelGroup, definitions: Definitions): ContractionProblem | undefined {
  for (const root of group.roots) {
    if (root.homing || !root.value.producer) continue;
    const sums = reductionsOf(root.expression);
    if (sums.length === 0) continue;
    // Slices of a value: several sums at each position.
    if (root.at !== group.position) return undefined;
    const found = problemOf(root.value, sums, definitions);
    if (found) return found;
  }
  return undefined;
}

function problemOf(value: Value, sums: readonly Reduce[], definitions: Definitions): ContractionProblem | undefined {
  const { e } = definitions;
  const shape = value.shape as readonly number[];
  const axes = shape.map((extent) => e.variable(extent, 'x'));
  const index = axes.map((axis, at) => (shape[at] === 1 ? e.int(0) : axis));
  const apart = reductionsOf(definitions.computed(value, value.producer!, index));
  if (apart.length !== sums.length) return undefined;
  for (const [at, reduce] of apart.entries()) {
    const contraction = contractionOf(reduce, axes);
    if (contraction && sameExtents(reduce, sums[at]!)) return flattened(e, contraction, sums[at]!, axes, shape);
  }
  return undefined;
}

function sameExtents(left: Reduce, right: Reduce): boolean {
  const extents = ({ variables }: Reduce): string => variables.map(({ max }) => max).join();
  return extents(left) === extents(right);
}

function flattened(
  e: Expressions,
  contraction: Contraction,
  sum: Reduce,
  axes: readonly Variable[],
  shape: readonly number[],
): ContractionProblem {
  const { reduce, left, right, shared } = contraction;
  const last = axes.findLast((axis) => axis.max > 0 && !shared.includes(axis))!;
  const rowsFirst = contraction.columns.includes(last);
  const rowAxes = rowsFirst ? contraction.rows : contraction.columns;
  const columnAxes = rowsFirst ? contraction.columns : contraction.rows;
  // Axes that neither factor depends on: the same sum everywhere along them.
  const known = new Set([...rowAxes, ...columnAxes, ...shared]);
  const batchAxes = axes.filter((axis) => axis.max > 0 && (shared.includes(axis) || !known.has(axis)));
  const { variables } = reduce;
  const factor =
    (expression: Expression, own: readonly Variable[]): Factor =>
    (flat, batch, summed) =>
      substitute(
        e,
        expression,
        new Map([
          ...placed(e, own, flat),
          ...placed(e, batchAxes, batch),
          ...variables.map((variable, at) => [variable, summed[at]!] as const),
        ]),
      );
  return {
    sum,
    variables,
    conditions: conditionsOf([left, right]),
    batches: sizeOfAxes(batchAxes),
    rows: sizeOfAxes(rowAxes),
    columns: sizeOfAxes(columnAxes),
    terms: extentOf(reduce),
    rowsAlongSum: isAlongSum(rowsFirst ? left : right, rowAxes, variables),
    columnsAlongSum: isAlongSum(rowsFirst ? right : left, columnAxes, variables),
    rowFactor: factor(rowsFirst ? left : right, rowAxes),
    columnFactor: factor(rowsFirst ? right : left, columnAxes),
    position: (batch, row, column) => {
      const places = new Map([
        ...placed(e, batchAxes, batch),
        ...placed(e, rowAxes, row),
        ...placed(e, columnAxes, column),
      ]);
      return e.flatten(
        axes.map((axis) => places.get(axis) ?? e.int(0)),
        shape,
      );
    },
  };
}

function conditionsOf(factors: readonly Expression[]): Set<Variable> {
  const found = new Set<Variable>();
  visitExpressions(factors, (part) => {
    if (part.kind === 'select') for (const variable of part.condition.free) found.add(variable);
  });
  return found;
}

/** Whether some load goes up by one element with a summed variable, and none with the factor's own last axis. */
function isAlongSum(factor: Expression, own: readonly Variable[], variables: readonly Variable[]): boolean {
  const indices: Expression[] = [];
  visitExpressions([factor], (part) => {
    if (part.kind === 'load') indices.push(part.index);
  });
  const step = (variable: Variable): boolean => indices.some((index) => stepOf(index, variable) === 1);
  return variables.some(step) && !step(own.at(-1)!);
}

/** The coefficient of a variable in an index, as far as it is a plain term of it. */
function stepOf(index: Expression, variable: Variable): number {
  if (index === variable) return 1;
  return index.kind === 'affine' ? (index.terms.find(([atom]) => atom === variable)?.[1] ?? 0) : 0;
}

function sizeOfAxes(axes: readonly Variable[]): number {
  return sizeOf(axes.map(({ max }) => max + 1));
}

/** The index on each axis of a flat index over all of them. */
function placed(e: Expressions, axes: readonly Variable[], flat: Expression): (readonly [Variable, Expression])[] {
  const index = e.unflatten(
    flat,
    axes.map(({ max }) => max + 1),
  );
  return axes.map((axis, at) => [axis, index[at]!] as const);
}
