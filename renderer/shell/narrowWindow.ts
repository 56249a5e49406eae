// A window that is narrow, or zoomed: side bars give their room to the centre and come back when there is room again.
import type { DockviewApi, DockviewGroupPanel } from 'dockview-vue';
import { groupAt } from './panelPlacement.js';

/** Below this a centre beside a side bar is too narrow to work in. */
const narrow = '(max-width: 720px)';
let isNarrow = false;

/** Hides them where the window is narrow. @returns those that it hid */
export function makeRoomForCentre(dock: DockviewApi): DockviewGroupPanel[] {
  if (!isNarrow) return [];
  const centre = groupAt(dock, 'centre');
  const shown = (['side', 'inspector'] as const)
    .map((place) => groupAt(dock, place))
    .filter((group) => group !== undefined)
    .filter((group) => group.api.isVisible && group !== centre);
  for (const group of shown) group.api.setVisible(false);
  return shown;
}

/** Called once, when the dock is filled. */
export function keepCentreWide(dock: DockviewApi): void {
  let hidden: DockviewGroupPanel[] = [];
  const fit = ({ matches }: { readonly matches: boolean }): void => {
    isNarrow = matches;
    if (!matches) for (const group of hidden) if (dock.groups.includes(group)) group.api.setVisible(true);
    hidden = makeRoomForCentre(dock);
  };
  const query = matchMedia(narrow);
  query.addEventListener('change', fit);
  fit(query);
}
