// What a panel knows of its place in the dock.
import { inject, type InjectionKey, type Ref } from 'vue';

export interface PanelHandle {
  /** `data.dataset:penguins` */
  readonly id: string;
  /** Whether it can be seen: pause what costs time while it is not. */
  readonly isVisible: Readonly<Ref<boolean>>;
  readonly isActive: Readonly<Ref<boolean>>;
  setTitle(title: string): void;
  /** Keeps these with the layout: the panel is opened with them the next time. */
  setParameters(parameters: Readonly<Record<string, unknown>>): void;
  close(): void;
}

export const panelKey: InjectionKey<PanelHandle> = Symbol('panel');

/** @throws Error outside of a panel */
export function usePanel(): PanelHandle {
  const handle = inject(panelKey);
  if (!handle) throw new Error('usePanel: it is for components inside a panel');
  return handle;
}
