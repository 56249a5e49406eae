// Which examples a view shows: search (a moment after the last key), part, class, order; and how many there are.
import {
  computed,
  onScopeDispose,
  reactive,
  ref,
  shallowRef,
  watch,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { ExampleQuery, partNames } from '../../../../contract/services/datasets.js';
import { useServices } from '../../../services.js';

export type PartChoice = 'all' | (typeof partNames)[number];

export interface QueryChoices {
  search: string;
  part: PartChoice;
  /** By number. */
  class: number | undefined;
  sort: { readonly column: string; readonly descending: boolean } | undefined;
}

export interface UsedQuery {
  readonly choices: QueryChoices;
  readonly query: ComputedRef<ExampleQuery>;
  /** Examples that the query leaves; undefined until known. */
  readonly count: Ref<number | undefined>;
  readonly fault: ShallowRef<Fault | undefined>;
  readonly isNarrowed: ComputedRef<boolean>;
  readonly clear: () => void;
  readonly recount: () => void;
}

const pause = 250;

/** @param base what is always asked for: these examples and no others */
export function useExampleQuery(
  id: () => string,
  version: () => number,
  base: () => ExampleQuery = () => ({}),
): UsedQuery {
  const { datasets } = useServices();
  const choices = reactive<QueryChoices>({ search: '', part: 'all', class: undefined, sort: undefined });
  const search = ref('');
  const count = ref<number>();
  const fault = shallowRef<Fault>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  watch(
    () => choices.search,
    (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => (search.value = text.trim()), text === '' ? 0 : pause);
    },
  );

  const query = computed<ExampleQuery>(() => ({
    ...base(),
    ...(choices.part !== 'all' && { part: choices.part }),
    ...(choices.class !== undefined && { class: choices.class }),
    ...(search.value !== '' && { search: search.value }),
    ...(choices.sort && { sort: { ...choices.sort } }),
  }));

  async function recount(): Promise<void> {
    running?.abort();
    const controller = (running = new AbortController());
    try {
      const { total } = await datasets.count({ id: id(), query: query.value }, { signal: controller.signal });
      if (controller.signal.aborted) return;
      count.value = total;
      fault.value = undefined;
    } catch (error) {
      const found = faultOf(error);
      if (!controller.signal.aborted && found.code !== faultCodes.cancelled) fault.value = found;
    }
  }

  watch([id, version, query], () => void recount(), { immediate: true });
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  const isNarrowed = computed(() => search.value !== '' || choices.part !== 'all' || choices.class !== undefined);
  const clear = (): void => {
    Object.assign(choices, { search: '', part: 'all', class: undefined });
  };
  return { choices, query, count, fault, isNarrowed, clear, recount: () => void recount() };
}
