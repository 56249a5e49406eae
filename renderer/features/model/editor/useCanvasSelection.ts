// The selection of the session and that of Vue Flow say the same: whichever changes tells the other.
import type { EdgeChange, NodeChange, VueFlowStore } from '@vue-flow/core';
import { nextTick, watch, type ComputedRef } from 'vue';
import type { ModelSession } from '../modelSession.js';

/** @param drawn what is drawn: new elements begin unselected */
export function useCanvasSelection(flow: VueFlowStore, session: ModelSession, drawn: readonly ComputedRef[]): void {
  const elements = () => [...flow.getNodes.value, ...flow.getEdges.value];
  const chosenInFlow = (): string[] => elements().flatMap(({ id, selected }) => (selected ? [id] : []));

  /** Only what a person chooses is told as a change: elements that go away do not change what was chosen. */
  function take(changes: readonly (NodeChange | EdgeChange)[]): void {
    if (!changes.some(({ type }) => type === 'select')) return;
    void nextTick(() => {
      const chosen = chosenInFlow();
      if (!sameMembers(chosen, session.selection.value)) session.select(chosen);
    });
  }
  flow.onNodesChange(take);
  flow.onEdgesChange(take);

  /** Element by element: Vue Flow's own `addSelectedNodes` and `addSelectedEdges` undo each other. */
  function show(): void {
    const chosen = session.selection.value;
    if (sameMembers(chosenInFlow(), chosen)) return;
    for (const element of elements()) element.selected = chosen.has(element.id);
    // The rectangle around what was chosen by a box.
    flow.nodesSelectionActive.value = false;
  }
  watch([session.selection, ...drawn], () => void nextTick(show), { flush: 'post' });
}

function sameMembers(list: readonly string[], set: ReadonlySet<string>): boolean {
  return list.length === set.size && list.every((id) => set.has(id));
}
