// Panels that are asked for while the window still opens.
import type { DockviewApi } from 'dockview-vue';
import { expect, test, vi } from 'vitest';
import { registry } from '../../../renderer/shell/registry.js';
import { openPanel, startDock } from '../../../renderer/shell/workbench.js';

vi.mock('../../../renderer/shell/notifications.js', () => ({ notifyFault: vi.fn() }));

test('a panel that is opened before the dock has its layout comes after the layout, not under it', () => {
  registry.add({
    name: 'early',
    panels: [
      {
        id: 'early.panel',
        icon: {},
        place: 'centre',
        title: () => 'Early',
        component: () => Promise.reject(new Error('not shown')),
      },
    ],
  });
  const done: string[] = [];
  const panel = { api: { setActive: () => undefined }, group: { api: { setVisible: () => undefined } } };
  const dock = {
    groups: [],
    getPanel: () => undefined,
    addPanel: ({ id }: { id: string }) => {
      done.push(id);
      return panel;
    },
  } as unknown as DockviewApi;

  openPanel('early.panel');
  expect(done).toEqual([]);
  startDock(dock, () => done.push('layout'));
  expect(done).toEqual(['layout', 'early.panel']);
});
