// Side bars keep their widths whatever the window does: the centre takes and gives the room. In a narrow window, or one that is zoomed,
// they are hidden and come back when there is room again.
import { Orientation, type DockviewApi, type DockviewGroupPanel, type SerializedDockview } from 'dockview-vue';
import { groupAt } from './panelPlacement.js';

/** Below this a centre beside a side bar is too narrow to work in. */
const narrow = '(max-width: 720px)';
/** Milliseconds after the last change of the window's size. */
const settling = 120;
let isNarrow = false;

function sideGroups(dock: DockviewApi): DockviewGroupPanel[] {
  const centre = groupAt(dock, 'centre');
  return (['side', 'inspector'] as const)
    .map((place) => groupAt(dock, place))
    .filter((group) => group !== undefined)
    .filter((group) => group !== centre && group.api.isVisible);
}

/** Hides them where the window is narrow. @returns those that it hid */
export function makeRoomForCentre(dock: DockviewApi): DockviewGroupPanel[] {
  if (!isNarrow) return [];
  const shown = sideGroups(dock);
  for (const group of shown) group.api.setVisible(false);
  return shown;
}

type SavedGrid = SerializedDockview['grid'];

/** The widths that a saved layout says of its groups, by their ids. */
export function savedWidths({ root, orientation, width }: SavedGrid): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  /** Children of a branch lie along it, or across, where they all have its width. */
  const visit = ({ data, size }: SavedGrid['root'], isAcross: boolean, outer: number): void => {
    const own = isAcross ? (size ?? outer) : outer;
    if (!Array.isArray(data)) widths.set(data.id, own);
    else for (const child of data) visit(child, !isAcross, own);
  };
  // The size of a root lies across its own orientation.
  visit({ ...root, size: width }, orientation !== Orientation.HORIZONTAL, width);
  return widths;
}

/** A layout is scaled to the window that it is restored in: side bars are given the widths that they had. */
export function undoScaling(dock: DockviewApi, grid: SavedGrid): void {
  const widths = savedWidths(grid);
  for (const group of sideGroups(dock)) {
    const width = widths.get(group.id);
    if (width !== undefined) group.api.setSize({ width });
  }
}

/** Called once, when the dock is filled. */
export function keepSideBars(dock: DockviewApi): void {
  const widths = new Map<DockviewGroupPanel, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const remember = (): void => {
    // While the window changes, widths are the dock's and not the person's.
    if (timer !== undefined || isNarrow) return;
    widths.clear();
    for (const group of sideGroups(dock)) widths.set(group, group.api.width);
  };
  const restore = (): void => {
    for (const group of isNarrow ? [] : sideGroups(dock)) {
      const width = widths.get(group);
      if (width !== undefined && width !== group.api.width) group.api.setSize({ width });
    }
    timer = undefined;
  };
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(restore, settling);
  };
  dock.onDidLayoutChange(remember);
  addEventListener('resize', settle);
  hideWhileNarrow(dock);
}

function hideWhileNarrow(dock: DockviewApi): void {
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
