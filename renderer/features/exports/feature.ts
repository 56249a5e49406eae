// Exporting trained models: a panel for each run, opened from the run.
import { PackageOpen } from '@lucide/vue';
import { useServices } from '../../services.js';
import type { Feature, PanelParameters } from '../../shell/feature.js';
import { notify } from '../../shell/notifications.js';
import { openPanel } from '../../shell/workbench.js';
import { exportTexts } from '../../texts/exports.js';

function textOf(parameters: PanelParameters, name: string): string {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

export const exportFeature: Feature = {
  name: 'exports',
  panels: [
    {
      id: 'exports.export',
      icon: PackageOpen,
      place: 'centre',
      title: (parameters) => exportTexts.title(textOf(parameters, 'title') || textOf(parameters, 'run')),
      component: () => import('./ExportPanel.vue'),
      key: (parameters) => textOf(parameters, 'run'),
    },
  ],
  commands: [
    {
      id: 'export.open',
      title: exportTexts.open,
      category: 'Runs',
      icon: PackageOpen,
      // It is for a run: that is its argument, as an id or as `{ run, title }`.
      hidden: true,
      run(argument) {
        const given = typeof argument === 'string' ? { run: argument } : (argument as PanelParameters);
        openPanel('exports.export', { run: textOf(given, 'run'), title: textOf(given, 'title') });
      },
    },
    {
      id: 'export.latest',
      title: exportTexts.openLatest,
      category: 'File',
      icon: PackageOpen,
      run: openLatest,
    },
  ],
};

async function openLatest(): Promise<void> {
  const runs = await useServices().runs.list({});
  const finished = runs.filter(({ status, archived }) => status === 'finished' && !archived);
  const [latest] = finished.sort((left, right) => right.created.localeCompare(left.created));
  if (latest) openPanel('exports.export', { run: latest.run, title: latest.name });
  else notify('info', exportTexts.nothingToExport, { detail: exportTexts.nothingToExportHint });
}
