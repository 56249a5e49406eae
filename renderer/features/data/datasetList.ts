// The data sets as the window shows them: one list for all panels, kept up to date by the service's events.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { faultOf, type Fault } from '../../../contract/fault.js';
import type { DatasetSummary } from '../../../contract/services/datasets.js';
import { useServices } from '../../services.js';

export const useDatasetList = defineStore('datasets', () => {
  const { datasets: service } = useServices();
  const all = shallowRef<readonly DatasetSummary[]>([]);
  const fault = shallowRef<Fault>();
  /** Whether there has been an answer: until then nothing is known, which is not the same as an empty list. */
  const isKnown = ref(false);
  let latest = 0;

  async function load(): Promise<void> {
    const mine = ++latest;
    try {
      const list = await service.list({});
      // An answer that was overtaken by a later question tells of the past.
      if (mine !== latest) return;
      all.value = list;
      fault.value = undefined;
      isKnown.value = true;
    } catch (error) {
      if (mine === latest) fault.value = faultOf(error);
    }
  }

  service.on('changed', () => void load());
  void load();
  const names = computed(() => all.value.map(({ name }) => name));
  const find = (id: string): DatasetSummary | undefined => all.value.find((dataset) => dataset.id === id);
  return { all, names, fault, isKnown, load, find };
});
