// A group of values that one kernel writes: all of the same number of elements, each a function of one flat position.
import type { Node, Value } from '../ir/graph.js';
import type { Expression } from './expression.js';

/** A value that a kernel writes. */
export interface Root {
  readonly value: Value;
  /** The element at `position` of the group; parts of the group at the same position occur as loads. */
  readonly expression: Expression;
  /** The root copies its value to the value's home in an external buffer, after nobody needs what lies there. */
  readonly homing?: boolean;
  /** Only its own kernel reads it, at the same position: it never goes to memory. */
  inner?: boolean;
}

/** What is dispatched together. */
export interface KernelGroup {
  readonly kind: 'kernel';
  readonly elements: number;
  /** The flat position, a variable from 0 to `elements` − 1 (or the constant 0), that the roots' expressions are written in. */
  readonly position: Expression;
  readonly roots: Root[];
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
