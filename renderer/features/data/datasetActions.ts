// What can be done with a data set from lists, menus and its panel.
import type { DatasetSummary } from '../../../contract/services/datasets.js';
import { notify } from '../../shell/notifications.js';
import { closePanel, openPanel } from '../../shell/workbench.js';
import { useServices } from '../../services.js';
import { dataTexts } from '../../texts/data.js';
import { shellTexts } from '../../texts/shell.js';

type Named = Pick<DatasetSummary, 'id' | 'title'>;

export function openDataset({ id, title }: Named): void {
  openPanel('data.dataset', { id, title });
}

export function trainOn({ id }: Named): void {
  openPanel('training.new', { data: id });
}

export function openAugmentation({ id, title }: Named): void {
  openPanel('data.augmentation', { id, title });
}

/** Takes it out of the workspace; the toast takes that back. */
export async function removeDataset({ id, title }: Named): Promise<void> {
  const { datasets } = useServices();
  await datasets.remove({ id });
  closePanel('data.dataset', id);
  notify('info', dataTexts.removed(title), {
    action: { title: shellTexts.undo, run: () => datasets.restore({ id }) },
  });
}

/** Where its files lie: an open format that other programs read, too. */
export async function copyFolderPath({ id }: Named): Promise<void> {
  const { workspace } = await useServices().files.places({});
  const separator = workspace.includes('\\') ? '\\' : '/';
  const path = [workspace, 'datasets', id].join(separator);
  await navigator.clipboard.writeText(path);
  notify('info', dataTexts.pathCopied, { detail: path });
}
