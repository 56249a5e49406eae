// The second half of an import, and every other new version of a data set: folder, description and database come to agree on it.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetWords } from '../../../contract/services/datasets.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { writeAtomic } from '../../store/atomicFile.js';
import type { DatasetRecord } from '../../store/datasetStore.js';
import { guardedAsync } from '../../store/storeError.js';
import type { Workspace } from '../../store/workspace.js';
import type { DataSetDescription, ReaderOf } from './description.js';
import { readDescription } from './loadDataSet.js';
import { withWords, wordsOf, wordsOfBoth } from './dataSetWords.js';
import type { DatasetManifest } from './manifest.js';
import { moveStaged } from './stagedFolder.js';
import type { StagedImport } from './stageImport.js';
import { versionFile, whilePlacing } from './versionFiles.js';
import { versionHash } from './versionHash.js';

/** A data set of its own, or a new version of the one that has its name. @throws EngineError `store.*`: nothing is left then */
export async function placeImport(staged: StagedImport, workspace: Workspace): Promise<DatasetRecord> {
  const existing = workspace.datasets.list().find(({ name }) => name === staged.name);
  try {
    if (existing) return await placeAgain(staged, existing, workspace);
    const id = idOf(staged.name, staged.hash);
    await moveStaged(staged.folder, workspace.datasetFolder(id), workspace.files);
    return note(workspace, { id, ...staged, created: new Date().toISOString() }, 'imported');
  } catch (error) {
    await rm(staged.folder, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** `iris-1f0c2a9b3d4e`: a folder's name that tells what it is. */
function idOf(name: string, hash: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${plain.replace(/-+$/, '') || 'data'}-${hash.slice(0, 12)}`;
}

/** The arrays of a later import lie in a folder of their own inside that of the data set. */
async function placeAgain(staged: StagedImport, existing: DatasetRecord, workspace: Workspace): Promise<DatasetRecord> {
  if (staged.hash === existing.hash) {
    await rm(staged.folder, { recursive: true, force: true });
    return existing;
  }
  const reader = staged.description.reader as ReaderOf<'stored'>;
  const folder = workspace.datasetFolder(existing.id);
  const current = await readDescription(join(folder, 'dataset.json'));
  const other =
    current.reader.kind === 'stored' && current.reader.content === reader.content ? current.reader : undefined;
  const inside = reader.content!.slice(0, 12);
  return whilePlacing(folder, async () => {
    if (other) await rm(staged.folder, { recursive: true, force: true });
    else await moveStaged(staged.folder, join(folder, inside), workspace.files);
    const description = {
      ...staged.description,
      reader: other ? withFilesOf(reader, other) : inFolder(reader, inside),
    };
    const words = wordsOfBoth(wordsOf(current), wordsOf(description));
    const { manifest } = staged;
    return placeVersion(workspace, existing.id, { description, manifest, reason: 'imported again', words });
  });
}

function inFolder(reader: ReaderOf<'stored'>, folder: string): ReaderOf<'stored'> {
  return {
    ...reader,
    columns: reader.columns.map((column) => ({
      ...column,
      file: `${folder}/${column.file}`,
      ...('offsets' in column && { offsets: `${folder}/${column.offsets}` }),
    })),
    ...(reader.parts !== undefined && { parts: `${folder}/${reader.parts}` }),
  };
}

/** The same arrays are there already, under the names that the version before gave them. */
function withFilesOf(reader: ReaderOf<'stored'>, other: ReaderOf<'stored'>): ReaderOf<'stored'> {
  const prefix = other.columns[0]?.file.includes('/') ? other.columns[0].file.split('/')[0]! : undefined;
  return prefix === undefined ? reader : inFolder(reader, prefix);
}

export interface NewVersion {
  /** Files are relative to the folder of the data set. */
  readonly description: DataSetDescription;
  readonly manifest: DatasetManifest;
  /** What made it, in words. */
  readonly reason: string;
  /** What is said of the data set then; left out: what is said of it now. */
  readonly words?: DatasetWords | undefined;
}

/**
 * Makes a description the one that counts. The one before is kept in `versions/<hash>.json`, so that runs find it.
 * @throws EngineError `store.*`: then the data set is as it was
 */
export async function placeVersion(
  workspace: Workspace,
  id: string,
  { description, manifest, reason, words }: NewVersion,
): Promise<DatasetRecord> {
  const folder = workspace.datasetFolder(id);
  const hash = versionHash(description)!;
  const current = await readDescription(join(folder, 'dataset.json'));
  const placed = withWords(description, words ?? wordsOf(current));
  await keepVersion(workspace, folder, current);
  await keepVersion(workspace, folder, placed);
  await writeDescription(workspace, join(folder, 'dataset.json'), placed);
  const record = { id, name: placed.name, created: new Date().toISOString(), hash, manifest };
  return note(workspace, record, reason);
}

async function keepVersion(workspace: Workspace, folder: string, description: DataSetDescription): Promise<void> {
  const hash = versionHash(description);
  if (hash === undefined) return;
  const versions = join(folder, 'versions');
  await guardedAsync(`Folder '${versions}'`, () => mkdir(versions, { recursive: true }));
  await writeDescription(workspace, versionFile(folder, hash), description);
}

async function writeDescription(workspace: Workspace, file: string, description: DataSetDescription): Promise<void> {
  const text = new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`);
  await writeAtomic(file, [text], workspace.files);
}

function note(workspace: Workspace, record: DatasetRecord & object, reason: string): DatasetRecord {
  const { id, name, created, hash } = record;
  const manifest = record.manifest as DatasetManifest;
  const whole: DatasetRecord = { id, name, created, hash, manifest };
  workspace.datasets.put(whole, { created, count: manifest.count, reason });
  return whole;
}

/** Calls a data set something else, in the folder and in the database. @throws EngineError `data.nameTaken` */
export async function renameDataSet(workspace: Workspace, id: string, name: string): Promise<void> {
  const other = workspace.datasets.list().find((record) => record.name === name && record.id !== id);
  if (other)
    throw new EngineError(
      'data.nameTaken',
      `Data set '${name}': another one is called so already (${other.id}). Choose another name.`,
    );
  const file = join(workspace.datasetFolder(id), 'dataset.json');
  if (existsSync(file)) await writeDescription(workspace, file, { ...(await readDescription(file)), name });
  workspace.datasets.rename(id, name);
}

/** Says something else of a data set: its version stays. @throws EngineError `store.*` */
export async function describeDataSet(workspace: Workspace, id: string, words: DatasetWords): Promise<void> {
  const file = join(workspace.datasetFolder(id), 'dataset.json');
  await writeDescription(workspace, file, withWords(await readDescription(file), words));
}

/** The description of a version that is kept. @throws EngineError `data.version` */
export async function versionOf(workspace: Workspace, id: string, hash: string): Promise<DataSetDescription> {
  const folder = workspace.datasetFolder(id);
  const file = versionFile(folder, hash);
  if (existsSync(file)) return readDescription(file);
  const current = await readDescription(join(folder, 'dataset.json'));
  if (versionHash(current) === hash) return current;
  const kept = await readdir(join(folder, 'versions')).catch(() => []);
  throw new EngineError(
    'data.version',
    `Data set '${id}': there is no version ${hash.slice(0, 12)}; ${kept.length} are kept.`,
  );
}
