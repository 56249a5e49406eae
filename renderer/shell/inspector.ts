// What the inspector shows: the panel that has the focus says so.
import { onScopeDispose, shallowRef, watch, type Component, type WatchSource } from 'vue';
import { usePanel } from './panelHandle.js';

export interface Inspected {
  readonly title: string;
  readonly component: Component;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Gives the focus back to what is inspected. */
  readonly leave?: () => void;
}

/** null: nothing is chosen. */
export const inspected = shallowRef<Inspected | null>(null);

/** In a panel's setup: shows this in the inspector as long as the panel is the active one. */
export function useInspector(source: WatchSource<Inspected | null>): void {
  const { isActive, isVisible } = usePanel();
  let shown: Inspected | null = null;
  watch(
    [source, isActive, isVisible],
    ([next, active]) => {
      if (active) inspected.value = shown = next;
      else if (!isVisible.value && inspected.value === shown) inspected.value = shown = null;
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    if (inspected.value === shown) inspected.value = null;
  });
}
