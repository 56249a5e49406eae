// Where a panel goes when it is opened: beside others of its place, else at its usual side of the dock.
import type { AddPanelOptions, DockviewApi, DockviewGroupPanel } from 'dockview-vue';
import type { PanelPlace } from './feature.js';
import { registry } from './registry.js';

/** Widths and heights of new groups, in pixels. */
const sizes = { side: 292, inspector: 320, bottom: 220 } as const;
/** Below this their content cannot be used. */
const least = {
  side: { minimumWidth: 220 },
  inspector: { minimumWidth: 260 },
  bottom: { minimumHeight: 100 },
  centre: { minimumWidth: 320 },
} as const;

/** `data.dataset:penguins` → `data.dataset` */
export function panelKindOf(id: string): string {
  return id.split(':', 1)[0]!;
}

export function groupAt(dock: DockviewApi, place: PanelPlace): DockviewGroupPanel | undefined {
  const isThere = (group: DockviewGroupPanel): boolean =>
    group.panels.some((panel) => registry.panels.get(panelKindOf(panel.id))?.place === place);
  const active = dock.activeGroup;
  return active && isThere(active) ? active : dock.groups.find(isThere);
}

/** Side bars keep their widths while groups come, go and are shown: the centre gives and takes the room. */
export function keepingSides(dock: DockviewApi, change: () => void): void {
  const before = new Map(dock.groups.map((group) => [group, group.api.isVisible ? group.api.width : undefined]));
  change();
  for (const place of ['side', 'inspector'] as const) {
    const group = groupAt(dock, place);
    if (!group?.api.isVisible) continue;
    // One that was hidden comes back as wide as it was.
    const width = before.has(group) ? before.get(group) : sizes[place];
    if (width !== undefined && group.api.width !== width) group.api.setSize({ width });
  }
}

type Placing = Pick<AddPanelOptions, 'position' | 'initialWidth' | 'initialHeight' | 'minimumWidth' | 'minimumHeight'>;

export function placementFor(dock: DockviewApi, place: PanelPlace): Placing {
  return { ...least[place], ...positionFor(dock, place) };
}

function positionFor(dock: DockviewApi, place: PanelPlace): Placing {
  const group = groupAt(dock, place);
  if (group) return { position: { referenceGroup: group, direction: 'within' } };
  const centre = groupAt(dock, 'centre');
  const side = groupAt(dock, 'side');
  switch (place) {
    case 'side':
      return { ...(dock.groups.length > 0 && { position: { direction: 'left' } }), initialWidth: sizes.side };
    case 'inspector':
      return { position: { direction: 'right' }, initialWidth: sizes.inspector };
    case 'bottom':
      return {
        position: centre ? { referenceGroup: centre, direction: 'below' } : { direction: 'below' },
        initialHeight: sizes.bottom,
      };
    case 'centre':
      return side ? { position: { referenceGroup: side, direction: 'right' } } : {};
  }
}
