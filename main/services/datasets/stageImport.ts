// The first half of an import: reads everything with all checks and writes it to a hidden folder. Nothing of the workspace changes.
import { join } from 'node:path';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { makeSplit } from '../../../engine/data/split.js';
import { diskFileSystem, type FileSystem } from '../../store/atomicFile.js';
import type { DataSetDescription } from './description.js';
import { manifestOf, type DatasetManifest } from './manifest.js';
import type { TableContext } from './duckTable.js';
import { findDescription, withTarget } from './loadDataSet.js';
import { nameOf } from './nameOf.js';
import { readWhole, requireTrainable } from './readDataSet.js';
import { isStreamable, stageIdx, stageImageFolder, type StagedImages } from './stageImages.js';
import { removeAbandoned, StagedFolder } from './stagedFolder.js';
import { storeColumns, type StoredFiles } from './storedColumns.js';
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
  const context = { signal: place.signal, progress: place.progress };
  const { folder: source, description: found } = await findDescription(path, {
    workspace: place.workspace,
    reading: request,
    target: request.target,
    context,
  });
  const description = { ...withTarget(found, request.target), ...(request.split && { split: request.split }) };
  const folder = new StagedFolder(datasets, place.files ?? diskFileSystem);
  try {
    const { whole, dataSet, reader } = await stageColumns(source, description, folder, context);
    place.signal?.throwIfAborted();
    // Told now rather than when it is first trained on.
    makeSplit(dataSet, description.split);
    const name = request.name ?? nameOf(description.name);
    const stored = storedDescription(name, description, whole, { ...reader, content: folder.content() });
    await folder.writeText('dataset.json', `${JSON.stringify(stored, null, 2)}\n`);
    const manifest = manifestOf(dataSet, folder.bytes);
    place.signal?.throwIfAborted();
    return { folder: folder.path, name, hash: versionHash(stored)!, description: stored, manifest };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

interface StagedColumns {
  /** With the rows that have no target: they may have another one later. */
  readonly whole: DataSet;
  /** As it is trained on. */
  readonly dataSet: DataSet;
  readonly reader: StoredFiles['reader'];
}

/** Images are written while they are read, everything else when it is known to be good. */
async function stageColumns(
  source: string,
  description: DataSetDescription,
  folder: StagedFolder,
  context: TableContext,
): Promise<StagedColumns> {
  const { reader } = description;
  if (reader.kind === 'imageFolder') {
    const staged = await stageImageFolder(join(source, reader.folder ?? '.'), reader, folder, context);
    return finishImages(staged, description, folder);
  }
  if (reader.kind === 'idx' && (await isStreamable(source, reader)))
    return finishImages(await stageIdx(source, reader, folder, context), description, folder);
  const { whole, dataSet } = await readWhole(source, description, context);
  const stored = storeColumns(whole);
  let done = 0;
  for (const [file, array] of stored.files) {
    context.signal?.throwIfAborted();
    context.progress?.('writing', done++, stored.files.size);
    await folder.writeArray(file, array);
  }
  return { whole, dataSet, reader: stored.reader };
}

/** The images are on disk: what is checked and told needs their shape alone. */
async function finishImages(
  { image, file, others, parts, count, remarks }: StagedImages,
  description: DataSetDescription,
  folder: StagedFolder,
): Promise<StagedColumns> {
  const target = description.target ?? others.at(-1)!.name;
  const whole: DataSet = {
    name: description.name,
    kind: description.kind,
    task: description.task,
    count,
    columns: [image, ...others],
    inputs: description.inputs ?? [image.name],
    target,
    ...(parts && { parts }),
    hash: '',
    remarks: [...(description.remarks ?? []), ...remarks],
  };
  requireTrainable({ ...whole, columns: others, inputs: [target] });
  const rest = storeColumns({ ...whole, columns: others });
  const numbered = rest.reader.columns.map((column) => ({ ...column, file: `label-${column.file}` }));
  for (const [name, array] of rest.files) await folder.writeArray(name === 'parts.npy' ? name : `label-${name}`, array);
  const columns = [{ type: 'array' as const, name: image.name, file }, ...numbered];
  return { whole, dataSet: whole, reader: { ...rest.reader, columns } };
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
