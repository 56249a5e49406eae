// Who wants to see how a plan comes about: tests that follow every value through memory.
import type { Value } from '../ir/graph.js';
import type { Group } from './kernelGroup.js';
import type { PlanCommand } from './kernelPlan.js';

/** `offset` elements into a buffer of the plan. */
export interface SeenPlace {
  readonly buffer: number;
  readonly offset: number;
}

/** What one group became, as long as the places of its values are known. */
export interface SeenGroup {
  readonly group: Group;
  /** Before equal kernels are made to share their code. */
  readonly commands: readonly PlanCommand[];
  /** Where a value lies that is read or computed. */
  placeOf(value: Value): SeenPlace;
  /** Where an output must be at the end. */
  homeOf(value: Value): SeenPlace;
}

/** `begin` comes before the groups of each attempt; the last attempt is the plan. */
export type CompileObserver = (seen: SeenGroup | 'begin') => void;
