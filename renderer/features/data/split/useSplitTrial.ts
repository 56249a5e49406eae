// What a division would give, asked for a moment after the last change; answers to older questions are dropped.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { DatasetDetails, SplitChoice } from '../../../../contract/services/datasets.js';
import { useServices } from '../../../services.js';
import type { PartName } from './splitState.js';

export interface SplitTrial {
  readonly sizes: Readonly<Record<PartName, number>>;
  readonly classCounts: readonly ({ readonly name: string } & Readonly<Record<PartName, number>>)[];
}

export interface UsedSplitTrial {
  readonly outcome: ShallowRef<SplitTrial | undefined>;
  readonly fault: ShallowRef<Fault | undefined>;
  readonly isTrying: Ref<boolean>;
}

const pause = 120;

export function useSplitTrial(details: () => DatasetDetails, split: () => SplitChoice): UsedSplitTrial {
  const { datasets } = useServices();
  const outcome = shallowRef<SplitTrial>();
  const fault = shallowRef<Fault>();
  const isTrying = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  async function attempt(): Promise<void> {
    const controller = (running = new AbortController());
    try {
      const found = await datasets.trySplit({ id: details().id, split: split() }, { signal: controller.signal });
      if (controller.signal.aborted) return;
      outcome.value = found;
      fault.value = undefined;
    } catch (error) {
      const found = faultOf(error);
      if (!controller.signal.aborted && found.code !== faultCodes.cancelled) fault.value = found;
    } finally {
      if (running === controller) isTrying.value = false;
    }
  }

  function again(delay: number): void {
    clearTimeout(timer);
    running?.abort();
    isTrying.value = true;
    timer = setTimeout(() => void attempt(), delay);
  }

  watch([() => details().id, () => details().hash], () => again(0), { immediate: true });
  watch(split, () => again(pause));
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { outcome, fault, isTrying };
}
