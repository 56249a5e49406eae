// The layout of the dock is kept in the workspace and restored; panels that no feature has any more are left out.
import type { DockviewApi, SerializedDockview } from 'dockview-vue';
import { useServices } from '../services.js';
import { keepCentre, openHome, openPanel, startDock } from './workbench.js';
import { keepSideBars, undoScaling } from './sideBars.js';
import { panelKindOf } from './panelPlacement.js';
import { registry } from './registry.js';

const key = 'layout';
/** Milliseconds after the last change. */
const delay = 400;

export async function restoreLayout(dock: DockviewApi): Promise<void> {
  const saved = await useServices()
    .workspace.readState({ key })
    .catch(() => null);
  startDock(dock, () => {
    if (saved === null || !applyLayout(dock, saved)) defaultLayout(dock);
    keepCentre();
    keepSideBars(dock);
  });
}

/** @returns whether it could be used */
function applyLayout(dock: DockviewApi, saved: string): boolean {
  try {
    const layout = JSON.parse(saved) as SerializedDockview;
    const unknown = Object.keys(layout.panels).filter((id) => !registry.panels.has(panelKindOf(id)));
    dock.fromJSON(layout);
    undoScaling(dock, layout.grid);
    for (const id of unknown) dock.getPanel(id)?.api.close();
    return dock.panels.length > 0;
  } catch {
    dock.clear();
    return false;
  }
}

export function defaultLayout(dock: DockviewApi): void {
  dock.clear();
  openHome();
  const first = registry.activities[0];
  if (first) openPanel(first.panel);
  // Made first, so that the side bar goes beside it; shown last, so that it has the focus.
  openHome();
}

export function keepLayout(dock: DockviewApi): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    timer = undefined;
    // While the window closes there may be no panels any more.
    if (dock.panels.length === 0) return;
    // Without a connection it is written after the next change.
    void useServices()
      .workspace.writeState({ key, value: JSON.stringify(dock.toJSON()) })
      .catch(() => undefined);
  };
  dock.onDidLayoutChange(() => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  });
  dock.onDidRemovePanel(() => queueMicrotask(keepCentre));
}
