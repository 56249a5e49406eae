// A group of values that one kernel writes: all of the same number of elements, each a function of one flat position.
import type { Node, Value } from '../ir/graph.js';
import { visitExpressions, type Expression } from './expression.js';
import { sizeOfExpression } from './expressionCost.js';

/** What a kernel computes for each of its positions: an element of a value. */
export interface Root {
  readonly value: Value;
  /** The element at `at`; elements that other roots of the group compute occur as loads. */
  readonly expression: Expression;
  /** Which element it is: the group's position, or, where the kernel makes a block of the value, a position in that block. */
  readonly at: Expression;
  /** The tensors that the expression loads, and at which positions. */
  readonly sources: ReadonlyMap<Value, ReadonlySet<Expression>>;
  /** Distinct parts of the expression. */
  readonly size: number;
  /** The root copies its value to the value's home in an external buffer, after nobody needs what lies there. */
  readonly homing?: boolean;
  /** Only its own kernel reads it, where it computes it: it never goes to memory. */
  inner?: boolean;
  /** The value has an element for each of the group's `rows`, and depends on the position by its row only. */
  readonly ofRow?: boolean;
}

/** position = (outer index · rows + row) · inner + inner index: a row has outer · inner positions. */
export interface RowSplit {
  readonly rows: number;
  readonly inner: number;
  readonly outer: number;
}

/** What is dispatched together. */
export interface KernelGroup {
  readonly kind: 'kernel';
  elements: number;
  /** The flat position, a variable from 0 to `elements` − 1 (or the constant 0), that the roots' expressions are written in. */
  position: Expression;
  roots: Root[];
  /** Where values of rows share the kernel with values of all positions. */
  rows?: RowSplit;
}

/** Consecutive nodes that onnxruntime computes. */
export interface SessionGroup {
  readonly kind: 'session';
  readonly nodes: Node[];
}

/** Watches losses: see `Guard`. */
export interface GuardGroup {
  readonly kind: 'guard';
  readonly watched: readonly Value[];
}

export type Group = KernelGroup | SessionGroup | GuardGroup;

export function newRoot(value: Value, expression: Expression, at: Expression): Root {
  return { value, expression, at, sources: sourcesOf(expression), size: sizeOfExpression(expression) };
}

/** The tensors that an expression loads, and at which positions. */
function sourcesOf(expression: Expression): ReadonlyMap<Value, ReadonlySet<Expression>> {
  const sources = new Map<Value, Set<Expression>>();
  visitExpressions([expression], (part) => {
    if (part.kind !== 'load') return;
    const places = sources.get(part.source);
    if (places) places.add(part.index);
    else sources.set(part.source, new Set([part.index]));
  });
  return sources;
}

/** Whether a kernel computes a value wherever `places` read it. */
export function computesAll({ roots }: KernelGroup, value: Value, places: ReadonlySet<Expression>): boolean {
  const computed = new Set(roots.filter((root) => root.value === value).map(({ at }) => at));
  return [...places].every((place) => computed.has(place));
}
