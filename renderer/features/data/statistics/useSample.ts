// Something computed from a sample of a data set: again when the data set changes, cancelled when nobody looks any more.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';

export interface UsedSample<T> {
  readonly value: ShallowRef<T | undefined>;
  readonly fault: ShallowRef<Fault | undefined>;
  readonly isRunning: Ref<boolean>;
  again(): void;
}

/** @param work may give values on its way by `show` */
export function useSample<T>(
  key: () => unknown,
  work: (signal: AbortSignal, show: (value: T) => void) => Promise<T>,
): UsedSample<T> {
  const value = shallowRef<T>();
  const fault = shallowRef<Fault>();
  const isRunning = ref(false);
  let running: AbortController | undefined;

  async function run(): Promise<void> {
    running?.abort();
    const controller = (running = new AbortController());
    const show = (found: T): void => {
      if (!controller.signal.aborted) value.value = found;
    };
    fault.value = undefined;
    isRunning.value = true;
    try {
      show(await work(controller.signal, show));
    } catch (error) {
      const found = faultOf(error);
      if (!controller.signal.aborted && found.code !== faultCodes.cancelled) fault.value = found;
    } finally {
      if (running === controller) isRunning.value = false;
    }
  }
  watch(key, () => void run(), { immediate: true });
  onScopeDispose(() => running?.abort());
  return { value, fault, isRunning, again: () => void run() };
}
