// One data set as a panel shows it: its details, loaded with progress and again whenever it changes.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../contract/fault.js';
import type { DatasetDetails, LongProgress } from '../../../contract/services/datasets.js';
import { useServices } from '../../services.js';

export interface OpenedDataset {
  readonly details: ShallowRef<DatasetDetails | undefined>;
  readonly fault: ShallowRef<Fault | undefined>;
  readonly progress: ShallowRef<LongProgress | undefined>;
  /** Counts up whenever examples may be others than before. */
  readonly version: Ref<number>;
  readonly load: () => Promise<void>;
}

export function useDataset(id: () => string): OpenedDataset {
  const { datasets } = useServices();
  const details = shallowRef<DatasetDetails>();
  const fault = shallowRef<Fault>();
  const progress = shallowRef<LongProgress>();
  const version = ref(0);
  let running: AbortController | undefined;

  async function load(): Promise<void> {
    running?.abort();
    const controller = (running = new AbortController());
    fault.value = undefined;
    try {
      const found = await datasets.details(
        { id: id() },
        { signal: controller.signal, onProgress: (value) => (progress.value = value) },
      );
      if (controller.signal.aborted) return;
      details.value = found;
      version.value++;
    } catch (error) {
      const found = faultOf(error);
      if (!controller.signal.aborted && found.code !== faultCodes.cancelled) fault.value = found;
    } finally {
      if (running === controller) progress.value = undefined;
    }
  }

  watch(
    id,
    () => {
      details.value = undefined;
      void load();
    },
    { immediate: true },
  );
  const stop = datasets.on('changed', ({ ids }) => {
    if (ids.includes(id())) void load();
  });
  onScopeDispose(() => {
    stop();
    running?.abort();
  });
  return { details, fault, progress, version, load };
}
