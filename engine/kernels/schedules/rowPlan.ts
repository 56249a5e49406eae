// A group laid out in rows: its roots as expressions of a row and a column, and the reductions that the threads of a row share.
import type { Value } from '../../ir/graph.js';
import { extentOf, visitExpressions, type Expression, type Reduce } from '../expression.js';
import type { Expressions } from '../expressions.js';
import type { KernelGroup, Root, RowSplit } from '../kernelGroup.js';
import { scalarTypeOf } from '../scalarTypes.js';
import { adjacentLoads, longReductionsOf } from './longReductions.js';
import { columnsOf, findSplit, positionAt } from './rowSplit.js';

/** A root over row and column; those of rows are stored once a row. */
export interface PlacedRoot {
  readonly root: Root;
  readonly expression: Expression;
  /** Where in its value the element goes. */
  readonly index: Expression;
}

export interface RowPlan {
  readonly split: RowSplit;
  /** A variable, or 0 where there is but one. */
  readonly row: Expression;
  readonly column: Expression;
  readonly rowRoots: readonly PlacedRoot[];
  readonly columnRoots: readonly PlacedRoot[];
  readonly reduces: readonly Reduce[];
  /** The reductions in stages: each needs results of earlier ones. `undefined` where one runs over values of columns. */
  readonly stages: readonly (readonly Reduce[])[] | undefined;
  /** Terms of the longest reduction, or columns that are written. */
  readonly length: number;
  readonly acrossRows: boolean;
}

/** `undefined` where no reduction is long. */
export function planRows(group: KernelGroup, e: Expressions): RowPlan | undefined {
  const { position, roots } = group;
  const found = longReductionsOf(
    roots.map(({ expression }) => expression),
    position,
  );
  if (found.length === 0 && !group.rows) return undefined;
  const split = findSplit(group, found, e);
  const columns = columnsOf(split);
  const row = split.rows === 1 ? e.int(0) : e.variable(split.rows, 'row');
  const column = columns === 1 ? e.int(0) : e.variable(columns, 'column');
  const at = positionAt(e, split, row, column);
  const place = (part: Expression): Expression =>
    position.kind === 'variable' ? e.substitute(part, new Map([[position, at]])) : part;
  const placed = roots.map((root): PlacedRoot => ({ root, expression: place(root.expression), index: place(root.at) }));
  const isOfRow = ({ root }: PlacedRoot): boolean => columns === 1 || root.ofRow === true;
  const reduces = longReductionsOf(
    placed.map(({ expression }) => expression),
    row,
  );
  const rowRoots = placed.filter(isOfRow);
  const columnRoots = placed.filter((root) => !isOfRow(root));
  const bodies = reduces.map(({ body }) => body);
  const inner = reduces.map(({ variables }) => variables.at(-1)!);
  return {
    split,
    row,
    column,
    rowRoots,
    columnRoots,
    reduces,
    stages: stagesOf(reduces, rowRoots, localLoads({ rowRoots, columnRoots }, e), e),
    length: reduces.reduce((most, reduce) => Math.max(most, extentOf(reduce)), columns),
    acrossRows: adjacentLoads(bodies, row) > inner.reduce((sum, variable) => sum + adjacentLoads(bodies, variable), 0),
  };
}

function stagesOf(
  reduces: readonly Reduce[],
  rowRoots: readonly PlacedRoot[],
  local: LocalLoads,
  e: Expressions,
): Reduce[][] | undefined {
  const shared = new Set<Expression>(reduces);
  const known = new Set<Expression>();
  const isReady = (part: Expression): boolean =>
    pendingIn(part, shared, local, { expressions: known, values: new Set() }).length === 0;
  const stages: Reduce[][] = [];
  for (let left = [...reduces]; left.length > 0;) {
    for (const { root, expression, index } of rowRoots)
      if (isReady(expression)) known.add(loadOf(root.value, index, e));
    const stage = left.filter(({ body }) => isReady(body));
    if (stage.length === 0) return undefined;
    stage.forEach((reduce) => known.add(reduce));
    stages.push(stage);
    left = left.filter((reduce) => !known.has(reduce));
  }
  return stages;
}

/** What the group itself computes: values of rows by their loads, those of columns wherever they are read. */
export function localLoads(plan: Pick<RowPlan, 'rowRoots' | 'columnRoots'>, e: Expressions): LocalLoads {
  const kept = ({ root }: PlacedRoot): boolean => !root.homing;
  return {
    ofRows: new Set(plan.rowRoots.filter(kept).map(({ root, index }) => loadOf(root.value, index, e))),
    ofColumns: new Set(plan.columnRoots.filter(kept).map(({ root }) => root.value)),
  };
}

export interface LocalLoads {
  readonly ofRows: ReadonlySet<Expression>;
  readonly ofColumns: ReadonlySet<Value>;
}

export function loadOf(value: Value, index: Expression, e: Expressions): Expression {
  return e.load(value, scalarTypeOf(value.dtype!)!, index);
}

/** What is settled of a kernel's reductions and values. */
export interface Settled {
  readonly expressions: ReadonlySet<Expression>;
  /** Values of columns that are in memory. */
  readonly values: ReadonlySet<Value>;
}

/** Reductions and loads of own values that an expression needs and that are not settled. */
export function pendingIn(
  expression: Expression,
  reduces: ReadonlySet<Expression>,
  local: LocalLoads,
  settled: Settled,
): Expression[] {
  const pending: Expression[] = [];
  visitExpressions([expression], (part) => {
    if (settled.expressions.has(part)) return false;
    if (reduces.has(part) || local.ofRows.has(part)) pending.push(part);
    if (part.kind === 'load' && local.ofColumns.has(part.source) && !settled.values.has(part.source))
      pending.push(part);
    return true;
  });
  return pending;
}
