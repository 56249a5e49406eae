// What the editor of roles holds: one target, some inputs, and what follows from them.
import type { ColumnStatistics, DatasetDetails, DataTask } from '../../../../contract/services/datasets.js';

export interface RolesChoice {
  readonly target: string;
  readonly inputs: ReadonlySet<string>;
  readonly task: DataTask;
}

export function rolesOf({ target, inputs, task }: Pick<DatasetDetails, 'target' | 'inputs' | 'task'>): RolesChoice {
  return { target, inputs: new Set(inputs), task };
}

export const canBeTarget = ({ type }: Pick<ColumnStatistics, 'type'>): boolean =>
  type === 'number' || type === 'category';

/** The new target is no input any longer; the one before becomes one. A forecast may read what it predicts: its past. */
export function withTarget(choice: RolesChoice, column: ColumnStatistics): RolesChoice {
  const task = taskFor(choice.task, column);
  const inputs = new Set(choice.inputs);
  if (choice.target !== column.name) inputs.add(choice.target);
  if (task !== 'forecast') inputs.delete(column.name);
  return { target: column.name, inputs, task };
}

function taskFor(task: DataTask, { type }: ColumnStatistics): DataTask {
  if (type === 'category') return 'classification';
  return task === 'forecast' ? 'forecast' : 'regression';
}

export function withInput(choice: RolesChoice, name: string, isUsed: boolean): RolesChoice {
  const inputs = new Set(choice.inputs);
  if (isUsed) inputs.add(name);
  else inputs.delete(name);
  return { ...choice, inputs };
}

/** All columns but the target, or none. */
export function withAllInputs(choice: RolesChoice, names: readonly string[], areUsed: boolean): RolesChoice {
  const past = choice.task === 'forecast' && choice.inputs.has(choice.target) ? [choice.target] : [];
  return { ...choice, inputs: new Set(areUsed ? [...names.filter((name) => name !== choice.target), ...past] : []) };
}

export function sameRoles(one: RolesChoice, other: RolesChoice): boolean {
  return (
    one.target === other.target &&
    one.task === other.task &&
    one.inputs.size === other.inputs.size &&
    [...one.inputs].every((name) => other.inputs.has(name))
  );
}
