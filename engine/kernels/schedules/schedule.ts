// What a schedule is: a way to compute a group with one or several dispatches.
import type { KernelTarget } from '../compileOptions.js';
import type { Value } from '../../ir/graph.js';
import type { Expressions } from '../expressions.js';
import type { Definitions } from '../definitions.js';
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelCommand, Storage } from '../kernelPlan.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Location } from '../memory.js';
import type { TileTable } from '../tiles.js';

export interface ScheduleContext {
  readonly e: Expressions;
  readonly target: KernelTarget;
  readonly definitions: Definitions;
  /** Measured tiles of contractions, by their keys. */
  readonly tiles: TileTable;
  /** Label of the group's kernels and names of the nodes that it computes. */
  readonly label: string;
  readonly nodes: readonly string[];
  /** Begins a shader. */
  writer(): KernelWriter;
  /** Memory for partial results; it is free for others after the group. */
  scratch(storage: Storage, elements: number, label: string): Location;
  /** Where a root is stored, and whether only while the guard holds. */
  destination(value: Value, homing: boolean): { readonly location: Location; readonly guarded: boolean };
}

/** The commands, or `undefined` where this schedule does not suit the group. */
export type Schedule = (group: KernelGroup, context: ScheduleContext) => readonly KernelCommand[] | undefined;
