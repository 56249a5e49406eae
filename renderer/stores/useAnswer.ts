// What the main side says to a question that changes: the newest answer, and whether it is the one to the question as it stands.
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { faultOf, type Fault } from '../../contract/fault.js';

export interface Answer<A> {
  /** The last there was: to another question while the one that stands is on its way or has a fault; undefined with nothing to ask. */
  readonly value: Readonly<ShallowRef<A | undefined>>;
  /** Why the last question asked has no answer. */
  readonly fault: Readonly<ShallowRef<Fault | undefined>>;
  /** Whether the question as it stands has its answer or its fault. */
  readonly isCurrent: ComputedRef<boolean>;
  /** Asks the same again. */
  readonly reload: () => void;
}

/** @param question of JSON; null where there is nothing to ask, undefined while it is not known what to ask */
export function useAnswer<Q, A>(question: () => Q | null | undefined, ask: (question: Q) => Promise<A>): Answer<A> {
  const value = shallowRef<A>();
  const fault = shallowRef<Fault>();
  const answered = shallowRef<string>();
  const asked = computed(() => {
    const found = question();
    return found === undefined ? undefined : JSON.stringify(found);
  });
  let latest = 0;

  async function reload(): Promise<void> {
    const mine = ++latest;
    const text = asked.value;
    answered.value = undefined;
    if (text === undefined) return;
    const parsed = JSON.parse(text) as Q | null;
    const heard = (found: A | undefined, failure?: Fault): void => {
      if (mine === latest) [value.value, fault.value, answered.value] = [found, failure, text];
    };
    if (parsed === null) heard(undefined);
    else
      await ask(parsed).then(
        (found) => heard(found),
        (error: unknown) => heard(value.value, faultOf(error)),
      );
  }
  // At once: between a change and the next look at it an old answer would count as the new one.
  watch(asked, reload, { immediate: true, flush: 'sync' });
  const isCurrent = computed(() => asked.value !== undefined && answered.value === asked.value);
  return { value, fault, isCurrent, reload: () => void reload() };
}
