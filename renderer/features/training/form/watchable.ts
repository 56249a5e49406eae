// The metrics that can tell the best epoch: those that a run reports as one number.
import type { ChoiceForm } from '../../../../contract/services/training.js';
import type { TypedChoice } from './trainingDraft.js';

/** A type and not an interface: selects take what may have any other property, too. */
export type Watchable = Readonly<{
  value: string;
  label: string;
}>;

/** By the names of reports: `val_loss`, `val_accuracy`; without a validation part only the loss of training is there. */
export function watchable(
  metrics: readonly TypedChoice[],
  forms: readonly ChoiceForm[],
  hasValidation: boolean,
): Watchable[] {
  if (!hasValidation) return [{ value: 'val_loss', label: 'train_loss' }];
  const numbers = metrics.filter(({ type }) => forms.find((form) => form.type === type)?.isNumber);
  const alone = (type: string): boolean => metrics.filter((metric) => metric.type === type).length === 1;
  const names = numbers.filter(({ type }) => alone(type)).map(({ type }) => `val_${type}`);
  return ['val_loss', ...names].map((value) => ({ value, label: value }));
}
