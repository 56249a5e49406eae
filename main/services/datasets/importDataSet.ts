// Brings data into a workspace: read once with all checks, then kept column by column in files that load fast and never change.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { classNamesOf, type DataSet } from '../../../engine/data/dataSet.js';
import type { Tensor } from '../../../engine/ir/tensor.js';
import { synchroniseFolder, writeAtomic } from '../../store/atomicFile.js';
import type { DatasetRecord } from '../../store/datasetStore.js';
import { guardedAsync } from '../../store/storeError.js';
import type { Workspace } from '../../store/workspace.js';
import type { DataSetDescription } from './description.js';
import { loadDataSet } from './loadDataSet.js';
import { npyPieces } from './npy.js';
import { storeColumns } from './storedColumns.js';

export interface ImportOptions {
  /** What it is called; left out: as its description or its file. */
  readonly name?: string | undefined;
  /** Column to predict, over the description's. */
  readonly target?: string | undefined;
}

/** What lists show of a data set; kept in the database. */
export interface DatasetManifest {
  readonly kind: DataSet['kind'];
  readonly task: DataSet['task'];
  readonly count: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly inputs: readonly string[];
  readonly target: string;
  readonly classes: readonly string[];
  /** Of all files. */
  readonly bytes: number;
  readonly remarks: readonly string[];
}

/**
 * Reads an example, a described folder or a file, and writes `datasets/<id>/`: an NPY file a column (texts two), and
 * `dataset.json` last, so that a folder without it is no data set. The id comes from the content's hash: what is there
 * already is not written again.
 * @throws EngineError of reading (`data.*`, `file.*`: nothing is written then) and of the store (`store.*`)
 */
export async function importDataSet(
  path: string,
  workspace: Workspace,
  options: ImportOptions = {},
): Promise<DatasetRecord> {
  const { dataSet, description } = await loadDataSet(path, { target: options.target });
  const name = options.name ?? description.name.replace(/\.(csv|tsv|data|txt|md)$/i, '');
  const id = idOf(name, dataSet.hash);
  const folder = workspace.datasetFolder(id);
  const { reader, files } = storeColumns(dataSet);
  if (!existsSync(join(folder, 'dataset.json')))
    await writeFolder(folder, files, storedDescription(name, description, dataSet, reader), workspace);
  const bytes = [...files.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const record = {
    id,
    name,
    created: new Date().toISOString(),
    hash: dataSet.hash,
    manifest: manifestOf(dataSet, bytes),
  };
  workspace.datasets.put(record);
  return record;
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

function storedDescription(
  name: string,
  { title, source, licence, split, preprocessing }: DataSetDescription,
  { kind, task, target, inputs, remarks }: DataSet,
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

async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Tensor>,
  description: DataSetDescription,
  workspace: Workspace,
): Promise<void> {
  await guardedAsync(`Folder '${folder}'`, () => mkdir(folder, { recursive: true }));
  try {
    for (const [file, array] of files) await writeAtomic(join(folder, file), npyPieces(array), workspace.files);
    const text = new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`);
    await writeAtomic(join(folder, 'dataset.json'), [text], workspace.files);
    await guardedAsync(`Folder '${folder}'`, () => synchroniseFolder(dirname(folder), workspace.files));
  } catch (error) {
    // Another process may have finished the same import meanwhile: then the folder is whole and stays.
    if (!existsSync(join(folder, 'dataset.json'))) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function manifestOf(dataSet: DataSet, bytes: number): DatasetManifest {
  const { kind, task, count, columns, inputs, target, remarks } = dataSet;
  return {
    kind,
    task,
    count,
    columns: columns.map(({ name, type }) => ({ name, type })),
    inputs,
    target,
    classes: classNamesOf(dataSet),
    bytes,
    remarks,
  };
}
