// Losses, metrics, optimizers and schedules as entries of a list: those that fit the task first.
import type { ChoiceForm } from '../../../../contract/services/training.js';

/** Types and not interfaces: selects take what may have any other property, too. */
export type ListedChoice = Readonly<{
  value: string;
  label: string;
  description: string;
}>;

export type ChoiceGroup = Readonly<{
  type: 'group';
  key: string;
  label: string;
  children: ListedChoice[];
}>;

export function fits({ tasks }: ChoiceForm, task: string | undefined): boolean {
  return task === undefined || tasks.includes(task);
}

/** What suits no task in particular comes with those for other ones; without such there are no groups. */
export function choicesFor(
  forms: readonly ChoiceForm[],
  task: string | undefined,
  others: string,
): (ListedChoice | ChoiceGroup)[] {
  const listed = ({ type, title, description }: ChoiceForm): ListedChoice => ({
    value: type,
    label: title,
    description,
  });
  const suited = forms.filter((form) => fits(form, task)).map(listed);
  const rest = forms.filter((form) => !fits(form, task)).map(listed);
  return rest.length === 0 ? suited : [...suited, { type: 'group', key: 'others', label: others, children: rest }];
}
