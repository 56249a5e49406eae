// The first half of an import: reads everything with all checks and writes it to a hidden folder. Nothing of the workspace changes.
import { join } from 'node:path';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { diskFileSystem, type FileSystem } from '../../store/atomicFile.js';
import type { DataSetDescription } from './description.js';
import { manifestOf, type DatasetManifest } from './manifest.js';
import { readNamed } from './loadDataSet.js';
import { removeAbandoned, StagedFolder } from './stagedFolder.js';
import { storeColumns } from './storedColumns.js';
import { versionHash } from './versionHash.js';

export type ImportRequest = ImportOptions;

export interface ImportPlace {
  /** The folder of a workspace. */
  readonly workspace: string;
  /** Tests pass one that fails. */
  readonly files?: FileSystem | undefined;
  readonly progress?: ((stage: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an import has written, to be given its place by {@link placeImport}. */
export interface StagedImport {
  readonly folder: string;
  readonly name: string;
  readonly hash: string;
  /** With its name and files relative to the folder. */
  readonly description: DataSetDescription;
  readonly manifest: DatasetManifest;
}

/** @throws EngineError of reading (`data.*`, `file.*`) and of the store (`store.*`): nothing is left then */
export async function stageImport(path: string, place: ImportPlace, request: ImportRequest): Promise<StagedImport> {
  const datasets = join(place.workspace, 'datasets');
  await removeAbandoned(datasets);
  const { dataSet, description } = await readNamed(path, { target: request.target, workspace: place.workspace });
  const name = request.name ?? nameOf(description.name);
  const folder = new StagedFolder(datasets, place.files ?? diskFileSystem);
  try {
    const stored = await writeColumns(folder, dataSet);
    const whole = storedDescription(name, description, dataSet, stored);
    await folder.writeText('dataset.json', `${JSON.stringify(whole, null, 2)}\n`);
    const manifest = manifestOf(dataSet, folder.bytes);
    return { folder: folder.path, name, hash: versionHash(whole)!, description: whole, manifest };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/** Without the ending of a file. */
export function nameOf(file: string): string {
  return file.replace(/\.(csv|tsv|tab|data|txt|md|parquet|jsonl|ndjson|json|npy|npz|zip)(\.gz)?$/i, '') || file;
}

async function writeColumns(folder: StagedFolder, dataSet: DataSet): Promise<DataSetDescription['reader']> {
  const { reader, files } = storeColumns(dataSet);
  for (const [file, array] of files) await folder.writeArray(file, array);
  return { ...reader, content: folder.content() };
}

export function storedDescription(
  name: string,
  { title, source, licence, split, preprocessing }: DataSetDescription,
  { kind, task, target, inputs, remarks }: Pick<DataSet, 'kind' | 'task' | 'target' | 'inputs' | 'remarks'>,
  reader: DataSetDescription['reader'],
): DataSetDescription {
  return {
    version: 1,
    name,
    ...(title !== undefined && { title }),
    ...(source !== undefined && { source }),
    ...(licence !== undefined && { licence }),
    kind,
    task,
    reader,
    target,
    inputs: [...inputs],
    split,
    ...(preprocessing && { preprocessing }),
    ...(remarks.length > 0 && { remarks: [...remarks] }),
  };
}
