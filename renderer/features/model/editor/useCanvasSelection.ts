// The selection of the session and that of Vue Flow say the same: whichever changes tells the other.
import type { EdgeChange, NodeChange, VueFlowStore } from '@vue-flow/core';
import { nextTick, watch, type ComputedRef } from 'vue';
import type { ModelSession } from '../modelSession.js';

/** @param drawn what is drawn: new elements begin unselected */
export function useCanvasSelection(flow: VueFlowStore, session: ModelSession, drawn: readonly ComputedRef[]): void {
  const chosenInFlow = (): string[] => [
    ...flow.getSelectedNodes.value.map(({ id }) => id),
    ...flow.getSelectedEdges.value.map(({ id }) => id),
  ];
  let isShowing = false;

  /** Only what a person chooses is told as a change: elements that go away do not change what was chosen. */
  function take(changes: readonly (NodeChange | EdgeChange)[]): void {
    if (isShowing || !changes.some(({ type }) => type === 'select')) return;
    void nextTick(() => {
      const chosen = chosenInFlow();
      if (!isShowing && !sameMembers(chosen, session.selection.value)) session.select(chosen);
    });
  }
  flow.onNodesChange(take);
  flow.onEdgesChange(take);

  function show(): void {
    const chosen = session.selection.value;
    if (sameMembers(chosenInFlow(), chosen)) return;
    isShowing = true;
    flow.removeSelectedElements();
    flow.addSelectedNodes(flow.getNodes.value.filter(({ id }) => chosen.has(id)));
    flow.addSelectedEdges(flow.getEdges.value.filter(({ id }) => chosen.has(id)));
    void nextTick(() => (isShowing = false));
  }
  watch([session.selection, ...drawn], () => void nextTick(show), { flush: 'post' });
}

function sameMembers(list: readonly string[], set: ReadonlySet<string>): boolean {
  return list.length === set.size && list.every((id) => set.has(id));
}
