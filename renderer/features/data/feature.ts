// The data area: its list, importing, data sets and their examples.
import { Database, FileInput, Images } from '@lucide/vue';
import type { Feature, FoundItem, PanelParameters } from '../../shell/feature.js';
import { openPanel } from '../../shell/workbench.js';
import { dataTexts } from '../../texts/data.js';
import { importTexts } from '../../texts/dataImport.js';
import { useDatasetList } from './datasetList.js';
import { openDataset } from './datasetActions.js';
import { entriesOf, isModelFile } from '../../files/droppedFiles.js';
import { closeRestoredImports, importDropped, openImport } from './import/importSessions.js';
import { groupDatasets } from './list/datasetFilter.js';
import { kindIcons } from './kindIcons.js';

/** A parameter that is a text, or nothing. */
function textOf(parameters: PanelParameters, name: string): string {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

export const dataFeature: Feature = {
  name: 'data',
  activities: [{ panel: 'data.list', title: dataTexts.activity, icon: Database, order: 10 }],
  panels: [
    {
      id: 'data.list',
      icon: Database,
      place: 'side',
      title: () => dataTexts.area,
      component: () => import('./list/DataList.vue'),
    },
    {
      id: 'data.import',
      icon: FileInput,
      place: 'centre',
      title: () => importTexts.title,
      component: () => import('./import/ImportPanel.vue'),
      key: (parameters) => textOf(parameters, 'session') || '0',
    },
    {
      id: 'data.dataset',
      icon: Database,
      place: 'centre',
      title: (parameters) => textOf(parameters, 'title') || textOf(parameters, 'id'),
      component: () => import('./DatasetPanel.vue'),
      key: (parameters) => textOf(parameters, 'id'),
    },
    {
      id: 'data.examples',
      icon: Images,
      place: 'centre',
      title: (parameters) => textOf(parameters, 'title') || dataTexts.examplesPanel.title,
      component: () => import('./examples/ExamplesPanel.vue'),
      key: (parameters) => `${textOf(parameters, 'id')} ${textOf(parameters, 'title')}`,
    },
  ],
  commands: [
    {
      id: 'data.import',
      title: dataTexts.import,
      category: 'Data',
      shortcut: 'Ctrl+I',
      icon: FileInput,
      run: (path) => openImport(typeof path === 'string' ? path : undefined),
    },
    {
      id: 'data.showList',
      title: dataTexts.showList,
      category: 'Data',
      icon: Database,
      run: () => openPanel('data.list'),
    },
  ],
  start: closeRestoredImports,
  find: findDatasets,
  drop(transfer) {
    const entries = entriesOf(transfer);
    if (entries.length === 0 || entries.some(({ name }) => isModelFile(name))) return false;
    importDropped(transfer);
    return true;
  },
};

function findDatasets(text: string): FoundItem[] {
  const { own, examples } = groupDatasets(useDatasetList().all, { text, kind: undefined });
  return [...own, ...examples].slice(0, 12).map((dataset) => ({
    title: dataset.title,
    detail: dataTexts.kinds[dataset.kind],
    icon: kindIcons[dataset.kind],
    open: () => openDataset(dataset),
  }));
}
