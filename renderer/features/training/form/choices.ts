// Losses, metrics, optimizers and schedules as entries of a list: those that fit the task first.
import type { ChoiceForm } from '../../../../contract/services/training.js';

export interface ListedChoice {
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

export interface ChoiceGroup {
  readonly type: 'group';
  readonly key: string;
  readonly label: string;
  readonly children: readonly ListedChoice[];
}

export function fits({ tasks }: ChoiceForm, task: string | undefined): boolean {
  return task === undefined || tasks.includes(task);
}

/** What suits no task in particular comes with those for other ones; without such there are no groups. */
export function choicesFor(
  forms: readonly ChoiceForm[],
  task: string | undefined,
  others: string,
): readonly (ListedChoice | ChoiceGroup)[] {
  const listed = ({ type, title, description }: ChoiceForm): ListedChoice => ({
    value: type,
    label: title,
    description,
  });
  const suited = forms.filter((form) => fits(form, task)).map(listed);
  const rest = forms.filter((form) => !fits(form, task)).map(listed);
  return rest.length === 0 ? suited : [...suited, { type: 'group', key: 'others', label: others, children: rest }];
}
