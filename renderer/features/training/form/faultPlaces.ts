// Which faults belong to which field of the form: by the path of their place.
import type { Fault } from '../../../../contract/fault.js';

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

/** Without its subject, which the field has already: `Optimizer adam: beta1 must …` becomes `beta1 must …`. */
export function shortMessage({ message }: Fault): string {
  const rest = /^[^:'.]{1,60}: (.+)$/s.exec(message)?.[1] ?? message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
