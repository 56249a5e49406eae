// What is done with runs from anywhere: opening, comparing, continuing, archiving, deleting with a way back.
import { runTexts } from '../../texts/runs.js';
import { useServices } from '../../services.js';
import { notify } from '../../shell/notifications.js';
import { openPanel } from '../../shell/workbench.js';
import type { RunRecord } from '../../../contract/services/runs.js';

type Named = Pick<RunRecord, 'run' | 'name'>;

export function openRun({ run, name }: Named): void {
  openPanel('runs.run', { run, title: name });
}

export function compareRuns(runs: readonly string[]): void {
  if (runs.length >= 2) openPanel('runs.compare', { runs: [...runs] });
}

export async function removeRuns(runs: readonly string[]): Promise<void> {
  if (runs.length === 0) return;
  const service = useServices().runs;
  await service.remove({ runs: [...runs] });
  notify('info', runTexts.removed(runs.length), {
    detail: runTexts.removedDetail,
    action: { title: runTexts.undo, run: () => service.restore({ runs: [...runs] }) },
  });
}

export async function archiveRuns(runs: readonly string[], archived: boolean): Promise<void> {
  if (runs.length === 0) return;
  const service = useServices().runs;
  await service.archive({ runs: [...runs], archived });
  if (!archived) return;
  notify('info', runTexts.archived(runs.length), {
    action: { title: runTexts.undo, run: () => service.archive({ runs: [...runs], archived: false }) },
  });
}

export async function exportRuns(runs: readonly string[], content: 'table' | 'metrics'): Promise<void> {
  const { path, rows } = await useServices().runs.exportCsv({ runs: [...runs], content });
  notify('success', runTexts.exported(rows), {
    detail: path,
    action: { title: runTexts.copyPath, run: () => navigator.clipboard.writeText(path) },
  });
}

/** Goes on from the last checkpoint, and shows it. */
export async function continueRun(run: string): Promise<void> {
  await useServices().training.continue({ run });
  openPanel('training.live', { run });
}

export function cloneRun(run: string): void {
  openPanel('training.new', { run });
}

export function exportModel(run: string): void {
  openPanel('exports.export', { run });
}
