// One data set as a panel shows it: its details, loaded with progress and again whenever it changes; of large ones the figures of
// columns come later.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../contract/fault.js';
import type { DatasetDetails, LongProgress } from '../../../contract/services/datasets.js';
import { useServices } from '../../services.js';

export interface OpenedDataset {
  readonly details: ShallowRef<DatasetDetails | undefined>;
  /** Of opening it, or of counting its columns where the details are there. */
  readonly fault: ShallowRef<Fault | undefined>;
  readonly progress: ShallowRef<LongProgress | undefined>;
  /** Counts up whenever examples may be others than before. */
  readonly version: Ref<number>;
  readonly load: () => Promise<void>;
}

/** @param counts whether the figures of columns are wanted, too */
export function useDataset(id: () => string, counts = true): OpenedDataset {
  const { datasets } = useServices();
  const details = shallowRef<DatasetDetails>();
  const fault = shallowRef<Fault>();
  const progress = shallowRef<LongProgress>();
  const version = ref(0);
  let running: AbortController | undefined;

  async function read({ signal }: AbortController): Promise<void> {
    const options = {
      signal,
      onProgress: (value: LongProgress) => {
        if (!signal.aborted) progress.value = value;
      },
    };
    const found = await datasets.details({ id: id() }, options);
    signal.throwIfAborted();
    details.value = found;
    version.value++;
    if (found.areCounted || !counts) return;
    const columns = await datasets.statistics({ id: id() }, options);
    signal.throwIfAborted();
    details.value = { ...found, columns, areCounted: true };
  }

  async function load(): Promise<void> {
    running?.abort();
    const controller = (running = new AbortController());
    fault.value = undefined;
    try {
      await read(controller);
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
