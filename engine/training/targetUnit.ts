// Back from what a model computes with to the target's own unit, within a graph.
import type { Preprocessing } from '../data/preprocessing.js';
import type { Value } from '../ir/graph.js';
import { tensorOf } from '../ir/tensor.js';
import type { Emit } from '../ops/emit.js';
import { rankOf } from '../ops/valueTypes.js';

/** value × std + mean, with an entry for each index of the axis behind the batch, or one for all. */
export interface TargetUnit {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** undefined: there is nothing to bring back. */
export function targetUnitOf({ target }: Preprocessing): TargetUnit | undefined {
  if (target.kind === 'input') return target;
  return target.kind === 'value' ? { mean: [target.mean], std: [target.std] } : undefined;
}

/** As {@link targetUnitOf}, for figures that sum up an example: features in several units have none in common. */
export function commonUnitOf(preprocessing: Preprocessing): TargetUnit | undefined {
  const { target } = preprocessing;
  return target.kind === 'input' && target.column === undefined ? undefined : targetUnitOf(preprocessing);
}

export function inUnit(emit: Emit, value: Value, { mean, std }: TargetUnit): Value {
  if (mean.every((entry) => entry === 0) && std.every((entry) => entry === 1)) return value;
  const factor = (entries: readonly number[]): Value | number =>
    entries.length === 1 ? entries[0]! : emit.constant(entriesOf(value, entries));
  return emit.add(emit.mul(value, factor(std)), factor(mean));
}

function entriesOf(value: Value, entries: readonly number[]) {
  const trailing = new Array<number>(rankOf(value) - 2).fill(1);
  return tensorOf('float32', [entries.length, ...trailing], entries);
}
