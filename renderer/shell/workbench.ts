// The workbench to features: opening panels, running commands, telling the person something.
import type { DockviewApi, IDockviewPanel } from 'dockview-vue';
import { shallowRef } from 'vue';
import type { CommandDefinition, PanelParameters } from './feature.js';
import { notifyFault } from './notifications.js';
import { makeRoomForCentre } from './sideBars.js';
import { groupAt, keepingSides, panelKindOf, placementFor } from './panelPlacement.js';
import { registry } from './registry.js';

/** The dock, once it shows what it showed last. */
export const dock = shallowRef<DockviewApi>();

/** What was asked for before that: a key that was hit, a file that was dropped while the window still opened. */
let awaitingDock: (() => void)[] = [];

/** From here on panels can be opened; `fill` puts those of last time there, then come those that were asked for. */
export function startDock(api: DockviewApi, fill: () => void): void {
  dock.value = api;
  fill();
  const waiting = awaitingDock;
  awaitingDock = [];
  for (const open of waiting) open();
}

export interface OpenPanelOptions {
  /** Opens it without leaving the present panel. */
  readonly inBackground?: boolean;
}

/** Shows a panel: the one that is open with the same key gets the new parameters, else a new one. */
export function openPanel(id: string, parameters: PanelParameters = {}, options: OpenPanelOptions = {}): void {
  const definition = registry.panels.get(id);
  if (!definition) throw new Error(`Panel '${id}': no feature has it`);
  const { inBackground = false } = options;
  const api = dock.value;
  if (!api) {
    awaitingDock.push(() => openPanel(id, parameters, options));
    return;
  }
  const key = definition.key?.(parameters);
  const panelId = key === undefined ? id : `${id}:${key}`;
  keepingSides(api, () => {
    const open = api.getPanel(panelId);
    open?.api.updateParameters({ panel: id, parameters });
    const panel =
      open ??
      api.addPanel({
        id: panelId,
        component: 'PanelHost',
        title: definition.title(parameters),
        params: { panel: id, parameters },
        inactive: inBackground,
        ...placementFor(api, definition.place),
      });
    // Its group may have been hidden.
    if (!inBackground) reveal(panel);
    if (!inBackground && definition.place === 'centre') makeRoomForCentre(api);
  });
}

function reveal(panel: IDockviewPanel): void {
  panel.group.api.setVisible(true);
  panel.api.setActive();
}

export function closePanel(id: string, key?: string): void {
  const panel = dock.value?.getPanel(key === undefined ? id : `${id}:${key}`);
  panel?.api.close();
}

/** Whether there is such a panel, seen or not. */
export function isPanelOpen(id: string, key?: string): boolean {
  return dock.value?.getPanel(key === undefined ? id : `${id}:${key}`) !== undefined;
}

/** For activities and toggles: hides the panel's group where the panel is what one sees, else shows it. */
export function togglePanel(id: string): void {
  const api = dock.value;
  const panel = api?.getPanel(id);
  if (api && panel && isPanelShown(id)) keepingSides(api, () => panel.group.api.setVisible(false));
  else openPanel(id);
}

export function isPanelShown(id: string): boolean {
  const panel = dock.value?.getPanel(id);
  return panel !== undefined && panel.group.api.isVisible && panel.group.activePanel === panel;
}

/** The kind of the panel that has the focus: `model.editor`. */
export function activePanelKind(): string | undefined {
  const id = dock.value?.activePanel?.id;
  return id === undefined ? undefined : panelKindOf(id);
}

/** Keys go on in the panel that is shown, where what had them has gone: a dialog, a field. */
export function focusActivePanel(): void {
  const element = dock.value?.activePanel?.view.content.element;
  if (!element || document.activeElement !== document.body) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** Closes the panel that has the focus, if it is one of the centre. */
export function closeActivePanel(): void {
  const panel = dock.value?.activePanel;
  if (panel && registry.panels.get(panelKindOf(panel.id))?.place === 'centre') panel.api.close();
}

/** A dock whose centre is empty would be all side bar. */
export function keepCentre(): void {
  if (dock.value && !groupAt(dock.value, 'centre')) openHome();
}

export function openHome(): void {
  const home = [...registry.panels.values()].find(({ isHome }) => isHome);
  if (home) openPanel(home.id);
}

export function isEnabled(command: CommandDefinition): boolean {
  return command.isEnabled?.() ?? true;
}

/** Runs a command; what it throws is told as a notification. */
export async function runCommand(id: string, argument?: unknown): Promise<void> {
  const command = registry.commands.get(id);
  if (!command) throw new Error(`Command '${id}': no feature has it`);
  if (!isEnabled(command)) return;
  try {
    await command.run(argument);
  } catch (error) {
    notifyFault(error);
  }
}
