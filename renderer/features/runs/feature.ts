// The runs area: the table of all runs, one run, several compared.
import { ChartLine, FlaskConical, GitCompareArrows, ListTree } from '@lucide/vue';
import type { Feature, FoundItem, PanelParameters } from '../../shell/feature.js';
import { openPanel } from '../../shell/workbench.js';
import { runTexts } from '../../texts/runs.js';
import { compareRuns, openRun } from './runActions.js';
import { useRunList } from './runList.js';
import { statusText } from './statusText.js';
import { selectedRuns } from './table/selectedRuns.js';

function textOf(parameters: PanelParameters, name: string): string {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

function runsOf({ runs }: PanelParameters): readonly string[] {
  return Array.isArray(runs) ? runs.filter((run): run is string => typeof run === 'string') : [];
}

export const runsFeature: Feature = {
  name: 'runs',
  keys: [
    {
      title: runTexts.tableKeys.title,
      keys: [
        ['Arrow keys', runTexts.tableKeys.move],
        ['Space', runTexts.tableKeys.choose],
        ['Ctrl+A', runTexts.tableKeys.all],
        ['Enter', runTexts.tableKeys.open],
        ['F2', runTexts.tableKeys.rename],
        ['E', runTexts.tableKeys.archive],
        ['Delete', runTexts.tableKeys.remove],
      ],
    },
  ],
  activities: [{ panel: 'runs.list', title: runTexts.area, icon: FlaskConical, order: 40 }],
  panels: [
    {
      id: 'runs.list',
      icon: FlaskConical,
      place: 'side',
      title: () => runTexts.list,
      component: () => import('./list/RunsList.vue'),
    },
    {
      id: 'runs.table',
      icon: FlaskConical,
      place: 'centre',
      title: () => runTexts.table,
      component: () => import('./table/RunsTable.vue'),
    },
    {
      id: 'runs.run',
      icon: ChartLine,
      place: 'centre',
      title: (parameters) => textOf(parameters, 'title') || textOf(parameters, 'run'),
      component: () => import('./run/RunPanel.vue'),
      key: (parameters) => textOf(parameters, 'run'),
    },
    {
      id: 'runs.compare',
      icon: GitCompareArrows,
      place: 'centre',
      title: (parameters) => runTexts.compareTitle(runsOf(parameters).length),
      component: () => import('./compare/ComparePanel.vue'),
      key: (parameters) => [...runsOf(parameters)].sort().join(' '),
    },
  ],
  commands: [
    {
      id: 'runs.showTable',
      title: runTexts.showTable,
      category: 'Runs',
      shortcut: 'Ctrl+Shift+L',
      icon: ListTree,
      run: () => openPanel('runs.table'),
    },
    {
      id: 'runs.compare',
      title: runTexts.compareCommand,
      category: 'Runs',
      icon: GitCompareArrows,
      isEnabled: () => selectedRuns.value.length >= 2,
      run: (runs) => compareRuns(Array.isArray(runs) ? (runs as string[]) : selectedRuns.value),
    },
  ],
  find: findRuns,
};

function findRuns(text: string): FoundItem[] {
  const sought = text.toLowerCase();
  return useRunList()
    .all.filter(({ run, name }) => name.toLowerCase().includes(sought) || run.includes(sought))
    .slice(0, 12)
    .map((run) => ({
      title: run.name,
      detail: `${statusText(run)} · ${run.run}`,
      icon: ChartLine,
      open: () => openRun(run),
    }));
}
