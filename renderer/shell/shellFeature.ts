// The workbench's own panels and commands.
import { Command, Info, Keyboard, Moon, PanelBottom, PanelLeft, PanelRight, RotateCcw, Terminal } from '@lucide/vue';
import { useServices, connection } from '../services.js';
import { hostWorkers } from '../channel/hostWorkers.js';
import { followOpenRequests } from './openRequests.js';
import { shellTexts } from '../texts/shell.js';
import { themeChoice, themeName } from '../theme/theme.js';
import type { Feature } from './feature.js';
import { defaultLayout } from './layout.js';
import { areShortcutsOpen, isPaletteOpen } from './palette.js';
import { registry } from './registry.js';
import DeviceStatus from './status/DeviceStatus.vue';
import MemoryStatus from './status/MemoryStatus.vue';
import WorkspaceStatus from './status/WorkspaceStatus.vue';
import { findWindowGpu } from './windowGpu.js';
import { activePanelKind, closeActivePanel, dock, isPanelShown, togglePanel } from './workbench.js';

/** The side panel that was seen last, or the first one. */
function toggleSide(): void {
  const shown = registry.activities.find(({ panel }) => isPanelShown(panel));
  togglePanel(shown?.panel ?? registry.activities[0]!.panel);
}

export const shellFeature: Feature = {
  name: 'shell',
  panels: [
    {
      id: 'shell.console',
      icon: Terminal,
      place: 'bottom',
      title: () => shellTexts.console,
      component: () => import('./ConsolePanel.vue'),
    },
    {
      id: 'shell.inspector',
      icon: Info,
      place: 'inspector',
      title: () => shellTexts.inspector,
      component: () => import('./InspectorPanel.vue'),
    },
  ],
  commands: [
    {
      id: 'view.palette',
      title: shellTexts.commandPalette,
      category: 'View',
      shortcut: 'Ctrl+K',
      icon: Command,
      run: () => void (isPaletteOpen.value = true),
    },
    {
      id: 'view.side',
      title: shellTexts.toggleSide,
      category: 'View',
      shortcut: 'Ctrl+B',
      icon: PanelLeft,
      run: toggleSide,
    },
    {
      id: 'view.inspector',
      title: shellTexts.toggleInspector,
      category: 'View',
      shortcut: 'Ctrl+.',
      icon: PanelRight,
      run: () => togglePanel('shell.inspector'),
    },
    {
      id: 'view.console',
      title: shellTexts.toggleConsole,
      category: 'View',
      shortcut: 'Ctrl+J',
      icon: PanelBottom,
      run: () => togglePanel('shell.console'),
    },
    {
      id: 'view.closePanel',
      title: shellTexts.closePanel,
      category: 'View',
      // Ctrl+W closes the window of a browser before a page hears of it.
      shortcut: 'Alt+W',
      isEnabled: () => activePanelKind() !== undefined,
      run: closeActivePanel,
    },
    {
      id: 'view.toggleTheme',
      title: shellTexts.toggleTheme,
      category: 'View',
      icon: Moon,
      run: () => void (themeChoice.value = themeName.value === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'view.themeOfSystem',
      title: shellTexts.themeOfSystem,
      category: 'View',
      isEnabled: () => themeChoice.value !== 'system',
      run: () => void (themeChoice.value = 'system'),
    },
    {
      id: 'view.resetLayout',
      title: shellTexts.resetLayout,
      category: 'View',
      icon: RotateCcw,
      run: () => {
        if (dock.value) defaultLayout(dock.value);
      },
    },
    {
      id: 'help.shortcuts',
      title: shellTexts.shortcuts,
      category: 'Help',
      shortcut: 'F1',
      icon: Keyboard,
      run: () => void (areShortcutsOpen.value = true),
    },
  ],
  status: [
    { id: 'workspace', side: 'left', order: 0, component: WorkspaceStatus },
    { id: 'device', side: 'right', order: 10, component: DeviceStatus },
    { id: 'memory', side: 'right', order: 20, component: MemoryStatus },
  ],
  async start() {
    const gpu = await findWindowGpu();
    hostWorkers(connection, useServices().workers, gpu);
    followOpenRequests();
  },
};
