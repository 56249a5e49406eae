// What is chosen in a view of examples: places in the view, and the numbers of the examples that stand there.
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { ExampleQuery } from '../../../../contract/services/datasets.js';
import { useServices } from '../../../services.js';
import { emptySelection, type Selection } from '../grid/selection.js';

export interface SelectionSource {
  readonly id: string;
  readonly query: ExampleQuery;
  readonly version: number;
}

export interface UsedSelection {
  readonly selection: ShallowRef<Selection>;
  readonly select: (next: Selection) => void;
  readonly clear: () => void;
}

/**
 * @param known the example at a place, where that has been read
 * @param arrived counts up when more was read
 */
export function useExampleSelection(
  source: () => SelectionSource,
  known: (index: number) => number | undefined,
  arrived: Ref<number>,
  tell: { focus(example: number | undefined): void; chosen(examples: readonly number[]): void },
): UsedSelection {
  const { datasets } = useServices();
  const selection = shallowRef<Selection>(emptySelection);
  let told: number | undefined;

  function tellFocus(): void {
    const { focus } = selection.value;
    const example = focus < 0 ? undefined : known(focus);
    if (example === told) return;
    told = example;
    tell.focus(example);
  }

  async function tellChosen(): Promise<void> {
    const { value } = selection;
    const indices = [...value.chosen];
    const examples = indices.map(known).filter((example) => example !== undefined);
    if (examples.length === indices.length) {
      tell.chosen(examples);
      return;
    }
    // A range over what was never in view: the service knows the numbers of the whole query.
    const { id, query } = source();
    const { examples: all } = await datasets.examples({ id, query });
    if (selection.value === value) tell.chosen(indices.map((index) => all[index]!));
  }

  function select(next: Selection): void {
    selection.value = next;
    tellFocus();
    void tellChosen();
  }

  // The keys are faster than what is read: the example is told when it is known.
  watch(arrived, () => told === undefined && selection.value.focus >= 0 && tellFocus());
  return { selection, select, clear: () => select(emptySelection) };
}
