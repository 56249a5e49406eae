// What the main side says of a request while it is edited: its faults and what it will cost. Only the last question counts.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { TrainingEstimate } from '../../../../contract/services/training.js';
import type { TrainRequest } from '../../../../contract/training.js';
import { useServices } from '../../../services.js';
import { queuedRuns } from '../trainingQueue.js';

export interface Forecast {
  readonly faults: ShallowRef<readonly Fault[]>;
  readonly estimate: ShallowRef<TrainingEstimate | undefined>;
  /** Whether what is shown is of the request as it was. */
  readonly isChecking: Readonly<Ref<boolean>>;
  readonly isMeasuring: Readonly<Ref<boolean>>;
  measure(): Promise<void>;
  cancelMeasure(): void;
}

/** Milliseconds without a change before the main side is asked, and before steps are timed by themselves. */
const quiet = 250;
const idle = 1500;

/** @param isLoading whether there will be a request again in a moment: what is known of the one before stays until then */
export function useForecast(
  request: Readonly<Ref<TrainRequest | undefined>>,
  isLoading: Readonly<Ref<boolean>>,
): Forecast {
  const { training } = useServices();
  const faults = shallowRef<readonly Fault[]>([]);
  const estimate = shallowRef<TrainingEstimate>();
  const isChecking = ref(false);
  const isMeasuring = ref(false);
  let [asking, measuring]: [AbortController?, AbortController?] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(asked: TrainRequest): Promise<void> {
    const { signal } = (asking = new AbortController());
    try {
      const found = await training.check({ request: asked }, { signal });
      signal.throwIfAborted();
      faults.value = found.faults;
      const cost = found.faults.length > 0 ? undefined : await training.estimate({ request: asked }, { signal });
      signal.throwIfAborted();
      estimate.value = cost;
      isChecking.value = false;
      // Nothing else is at work and nothing is known: a few steps cost a moment.
      if (estimate.value?.seconds === null && queuedRuns.value.length === 0)
        timer = setTimeout(() => void measure(), idle);
    } catch (error) {
      if (signal.aborted) return;
      isChecking.value = false;
      faults.value = [faultOf(error)];
    }
  }

  async function measure(): Promise<void> {
    const asked = request.value;
    if (!asked || isMeasuring.value) return;
    const { signal } = (measuring = new AbortController());
    isMeasuring.value = true;
    try {
      const found = await training.estimate({ request: asked, measure: true }, { signal });
      if (!signal.aborted) estimate.value = found;
    } catch (error) {
      const fault = faultOf(error);
      // What does not run must be known before Start; what was cancelled is nobody's concern.
      if (!signal.aborted && fault.code !== faultCodes.cancelled) faults.value = [fault];
    } finally {
      isMeasuring.value = false;
    }
  }

  const stop = (): void => {
    clearTimeout(timer);
    asking?.abort();
    measuring?.abort();
  };
  const renew = (text: string): void => {
    stop();
    isChecking.value = text !== '';
    if (!request.value) faults.value = [];
    if (text === '') estimate.value = undefined;
    if (request.value) timer = setTimeout(() => request.value && void ask(request.value), quiet);
  };
  watch(() => (isLoading.value ? 'loading' : textOf(request.value)), renew, { immediate: true });
  onScopeDispose(stop);
  return { faults, estimate, isChecking, isMeasuring, measure, cancelMeasure: () => measuring?.abort() };
}

/** What the forecast depends on: a name costs nothing. */
function textOf(request: TrainRequest | undefined): string {
  return request ? JSON.stringify({ ...request, name: '' }) : '';
}
