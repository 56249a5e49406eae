// Which faults belong to which field of the form: by the path of their place.
import type { Fault } from '../../../../contract/fault.js';
import { trainingTexts } from '../../../texts/training.js';

/** Those at the path itself, and inside it where `inside` says so: `settings.optimizer` has `settings.optimizer.options.beta1` in it. */
export function faultsAt(faults: readonly Fault[], path: string, inside = false): Fault[] {
  return faults.filter(({ place }) => {
    const found = place?.path ?? '';
    return found === path || (inside && (found.startsWith(`${path}.`) || found.startsWith(`${path}[`)));
  });
}

/** Settings that stand among the further ones: a fault there opens them. */
const further = ['clip', 'average', 'recompute', 'precision', 'groups', 'freeze', 'keep', 'bestBy', 'earlyStopping'];

export function isAmongFurther({ place }: Fault): boolean {
  return further.some((name) => place?.path?.startsWith(`settings.${name}`));
}

/** Without what the field says already, its subject and its name: `Optimizer adam: beta1 must …` becomes `Must …`. */
export function shortMessage(fault: Fault): string {
  return capital(withoutName(fault) ?? withoutSubject(fault));
}

/** As it stands in a list, by the name that the field has on the screen: `Learning rate must …`. */
export function listedMessage(fault: Fault): string {
  const rest = withoutName(fault);
  return rest === undefined ? capital(withoutSubject(fault)) : `${titleOf(nameOf(fault))} ${rest}`;
}

function withoutSubject({ message }: Fault): string {
  return /^[^:'.]{1,60}: (.+)$/s.exec(message)?.[1] ?? message;
}

/** undefined: it does not begin with the name of its place. */
function withoutName(fault: Fault): string | undefined {
  const [rest, name] = [withoutSubject(fault), nameOf(fault)];
  return name !== '' && rest.startsWith(`${name} `) ? rest.slice(name.length + 1) : undefined;
}

/** `settings.optimizer.options.beta1` → `beta1` */
function nameOf({ place }: Fault): string {
  return place?.path?.split('.').at(-1) ?? '';
}

/** `weightDecay` → `Weight decay` */
function titleOf(name: string): string {
  const titles: Readonly<Record<string, string>> = trainingTexts.fields;
  return titles[name] ?? capital(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
