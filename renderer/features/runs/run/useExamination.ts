// Work that a worker does for a view, with its progress: can be stopped, is asked for anew when what it is about changes.
import { computed, onScopeDispose, shallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { CallOptions } from '../../../../contract/service.js';
import type { ExaminationProgress } from '../../../../contract/services/runs.js';
import { runPanelTexts as texts } from '../../../texts/runPanels.js';

export function useExamination<T>(call: (options: CallOptions<ExaminationProgress>) => Promise<T>) {
  const result = shallowRef<T>();
  const fault = shallowRef<Fault>();
  const progress = shallowRef<ExaminationProgress>();
  const isBusy = shallowRef(false);
  let running: AbortController | undefined;

  async function ask(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    isBusy.value = true;
    fault.value = undefined;
    progress.value = undefined;
    try {
      const found = await call({ signal: mine.signal, onProgress: (value) => (progress.value = value) });
      if (mine === running) result.value = found;
    } catch (error) {
      if (mine === running) fault.value = faultOf(error);
    } finally {
      if (mine === running) isBusy.value = false;
    }
  }
  const stop = (): void => running?.abort();
  onScopeDispose(() => {
    const mine = running;
    running = undefined;
    mine?.abort();
  });
  const stage = computed(() => (progress.value?.stage === 'computing' ? texts.computing : texts.reading));
  const share = computed(() => {
    const { done = 0, total = 0 } = progress.value ?? {};
    return total > 0 ? done / total : null;
  });
  const wasStopped = computed(() => fault.value?.code === faultCodes.cancelled);
  return { result, fault, isBusy, ask, stop, stage, share, wasStopped };
}
