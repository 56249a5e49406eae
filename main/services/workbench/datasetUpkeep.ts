// Keeps folders and database of a workspace's data sets in step: what a crash left between two steps, and what was removed.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { faultCodes } from '../../../contract/fault.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { Workspace } from '../../store/workspace.js';
import { guardedAsync } from '../../store/storeError.js';
import type { DatasetManifest } from '../datasets/manifest.js';
import type { DataSetDescription } from '../datasets/description.js';
import { readDescription } from '../datasets/loadDataSet.js';
import { keepNeededVersions, reconcileVersions } from './datasetVersions.js';
import { removeAbandoned } from '../datasets/stagedFolder.js';
import { versionHash } from '../datasets/versionHash.js';

/** Data sets that were removed and can still be taken back; runs find their versions here, too. */
function asideFolder(workspace: Workspace, id: string): string {
  return join(workspace.path, 'datasets', '.removed', id);
}

/** Hides a data set from lists and from being found. @throws EngineError `data.notFound`, `store.*` */
export async function setAsideDataset(workspace: Workspace, id: string): Promise<void> {
  workspace.datasets.setRemoved(id, true);
  await moveFolder(workspace.datasetFolder(id), asideFolder(workspace, id));
}

/** @throws EngineError `data.notFound` when it is gone for good, `data.nameTaken` */
export async function restoreDataset(workspace: Workspace, id: string): Promise<void> {
  if (!workspace.datasets.removed().includes(id))
    throw new EngineError(faultCodes.dataMissing, `Data set '${id}': it is not among the removed ones.`);
  await moveFolder(asideFolder(workspace, id), workspace.datasetFolder(id));
  workspace.datasets.setRemoved(id, false);
}

async function moveFolder(from: string, to: string): Promise<void> {
  await guardedAsync(`Folder '${from}'`, async () => {
    if (!existsSync(from)) return;
    await mkdir(join(to, '..'), { recursive: true });
    await rename(from, to);
  });
}

/** Removes what was removed in this session, but keeps what runs refer to. */
export async function removeForGood(workspace: Workspace): Promise<void> {
  for (const id of workspace.datasets.removed()) {
    if (workspace.datasets.runsOf(id).length > 0) {
      // Their descriptions may be damaged: then all of them stay.
      await keepNeededVersions(workspace, id, asideFolder(workspace, id)).catch(() => undefined);
      continue;
    }
    await rm(asideFolder(workspace, id), { recursive: true, force: true }).catch(() => undefined);
    workspace.datasets.setAugmentation(id, null);
    workspace.datasets.remove(id);
  }
}

/**
 * Brings the database to what the folders say: a crash between the renaming of a folder and the writing of its record leaves a data
 * set that nobody lists, or one whose record tells of the version before. @returns ids of what was changed
 */
export async function reconcileDatasets(workspace: Workspace, warn: (text: string) => void): Promise<string[]> {
  const datasets = join(workspace.path, 'datasets');
  await removeAbandoned(datasets);
  for (const id of workspace.datasets.removed())
    await moveFolder(workspace.datasetFolder(id), asideFolder(workspace, id));
  const known = new Map(workspace.datasets.list().map((record) => [record.id, record]));
  const repaired: string[] = [];
  for (const id of await readdir(datasets).catch(() => [])) {
    const file = join(datasets, id, 'dataset.json');
    if (id.startsWith('.') || !existsSync(file)) continue;
    const description = await readDescription(file).catch(() => undefined);
    const hash = description && versionHash(description);
    const record = known.get(id);
    if (!description || hash === undefined) continue;
    if (record?.hash !== hash) {
      putFound(workspace, id, hash, description);
      repaired.push(id);
    }
    await reconcileVersions(workspace, id, join(datasets, id)).catch((error: unknown) => warn(String(error)));
  }
  return repaired;
}

function putFound(workspace: Workspace, id: string, hash: string, description: DataSetDescription): void {
  const record = workspace.datasets.list().find((known) => known.id === id);
  const manifest = manifestIn(description, record?.manifest);
  const created = new Date().toISOString();
  workspace.datasets.put(
    { id, name: description.name, created, hash, manifest },
    { created, count: manifest.count, reason: 'found in its folder' },
  );
}

/** What the description alone tells; lists find out the rest. */
function manifestIn(description: DataSetDescription, before: unknown): DatasetManifest {
  const { kind, task, reader, target, inputs, remarks } = description;
  const columns = reader.kind === 'stored' ? reader.columns : [];
  const predicted = columns.find(({ name }) => name === target);
  return {
    kind,
    task,
    count: (before as DatasetManifest | undefined)?.count ?? 0,
    columns: columns.map(({ name, type }) => ({ name, type })),
    inputs: inputs ?? [],
    target: target ?? '',
    classes: predicted?.type === 'category' ? predicted.categories : [],
    bytes: (before as DatasetManifest | undefined)?.bytes ?? 0,
    remarks: remarks ?? [],
  };
}
