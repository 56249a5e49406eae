// The way in to data: an example's name, a folder with dataset.json, or any file that can be sniffed.
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { fitPreprocessing } from '../../../engine/data/fitPreprocessing.js';
import type { Preprocessing, PreprocessingOptions } from '../../../engine/data/preprocessing.js';
import { makeSplit, type Split } from '../../../engine/data/split.js';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import type { TableContext } from './duckTable.js';
import { resourceFolder } from '../resourceFolder.js';
import { descriptionSchema, type DataSetDescription } from './description.js';
import { dataFault, readBounded } from './readBounded.js';
import { readDataSet } from './readDataSet.js';
import { sniffDataSet, type Sniffed } from './sniffDataSet.js';
import { headOf } from './textFile.js';
import { versionHash } from './versionHash.js';

export interface LoadOptions {
  /** Column to predict, over the description's. */
  readonly target?: string | undefined;
  readonly splitSeed?: number | undefined;
  readonly preprocessing?: PreprocessingOptions | undefined;
  /** Where imported data sets are (`datasets/<id>`). */
  readonly workspace?: string | undefined;
  /** Where the examples are; left out: `resources/datasets` of this installation. */
  readonly resources?: string | undefined;
  /**
   * The hash of the data that a run was trained on: an earlier version of a data set of the workspace is then found, be it
   * removed meanwhile. Where none has this hash the present version is loaded: compare the hashes.
   */
  readonly version?: string | undefined;
  /** How a file without a description is read. */
  readonly reading?: ImportOptions | undefined;
  readonly context?: TableContext | undefined;
}

export interface LoadedDataSet {
  readonly dataSet: DataSet;
  readonly description: DataSetDescription;
  readonly split: Split;
  /** Where its files are. */
  readonly folder: string;
  /** Fitted on the training part of `split`. */
  readonly preprocessing: Preprocessing;
}

const descriptionName = 'dataset.json';
const mostDescription = 16 * 2 ** 20;

/** Loads `nameOrPath`: an example (`digits`), a data set of the workspace (by id or name), a folder or a file, in this order. */
export async function loadDataSet(nameOrPath: string, options: LoadOptions = {}): Promise<LoadedDataSet> {
  return withPreprocessing(await readNamed(nameOrPath, options), options.preprocessing);
}

/** Fits the preprocessing, by the description's options and those given. */
export function withPreprocessing(
  { dataSet, description, split, folder }: Omit<LoadedDataSet, 'preprocessing'>,
  options?: PreprocessingOptions,
): LoadedDataSet {
  const preprocessing = fitPreprocessing(dataSet, split.train, { ...description.preprocessing, ...options });
  return { dataSet, description, split, folder, preprocessing };
}

/** As {@link loadDataSet}, without fitting the preprocessing: enough to look at. */
export async function readNamed(
  nameOrPath: string,
  options: LoadOptions = {},
): Promise<Omit<LoadedDataSet, 'preprocessing'>> {
  const { folder, description: found } = await findDescription(nameOrPath, options);
  const description = withTarget(found, options.target);
  const dataSet = await readDataSet(folder, description, options.context);
  const split = makeSplit(dataSet, { ...description.split, seed: options.splitSeed ?? description.split.seed });
  return { dataSet, description, split, folder };
}

/** A file of JSON that describes a data set, rather than holding one. */
export async function isDescriptionFile(path: string): Promise<boolean> {
  if (!path.endsWith('.json') || !(await stat(path).catch(() => undefined))?.isFile()) return false;
  if (basename(path) === descriptionName) return true;
  const start = new TextDecoder().decode(await headOf(path, 65_536));
  return start.trimStart().startsWith('{') && start.includes('"reader"');
}

/** Inputs that were chosen do not keep the new target: a model would copy it. */
export function withTarget(description: DataSetDescription, target: string | undefined): DataSetDescription {
  if (target === undefined || target === description.target) return description;
  const { inputs } = description;
  return { ...description, target, ...(inputs && { inputs: inputs.filter((name) => name !== target) }) };
}

/** The description of a data set, and the folder that its files are in. */
export async function findDescription(nameOrPath: string, options: LoadOptions = {}): Promise<Sniffed> {
  const kept = options.version === undefined ? undefined : await findVersion(nameOrPath, options.version, options);
  return kept ?? findPresent(nameOrPath, options);
}

/** Looks among all versions of the workspace's data sets of this id or name. */
async function findVersion(name: string, hash: string, options: LoadOptions): Promise<Sniffed | undefined> {
  if (options.workspace === undefined || !/^[\w][\w.-]*$/.test(name)) return undefined;
  const datasets = join(options.workspace, 'datasets');
  for (const base of [datasets, join(datasets, '.removed')])
    for (const id of existsSync(base) ? (await readdir(base)).sort() : []) {
      const folder = join(base, id);
      if (!existsSync(join(folder, descriptionName))) continue;
      const present = await readDescription(join(folder, descriptionName));
      if (id !== name && present.name !== name) continue;
      const versions = join(folder, 'versions');
      const files = existsSync(versions) ? (await readdir(versions)).map((file) => join(versions, file)) : [];
      const candidates = [present, ...(await Promise.all(files.map(readDescription)))];
      const description = candidates.find((candidate) => versionHash(withTarget(candidate, options.target)) === hash);
      if (description) return { folder, description };
    }
  return undefined;
}

async function findPresent(nameOrPath: string, options: LoadOptions): Promise<Sniffed> {
  const named = /^[\w][\w.-]*$/.test(nameOrPath);
  const bases = [
    options.resources ?? exampleFolder(),
    ...(options.workspace ? [join(options.workspace, 'datasets')] : []),
  ];
  const folders = [...(named ? bases.map((base) => join(base, nameOrPath)) : []), resolve(nameOrPath)];
  const folder = folders.find((candidate) => existsSync(join(candidate, descriptionName)));
  if (folder) return { folder, description: await readDescription(join(folder, descriptionName)) };
  const imported = named && options.workspace ? await findByName(nameOrPath, options.workspace) : undefined;
  if (imported) return imported;
  const path = resolve(nameOrPath);
  if (await isDescriptionFile(path)) return { folder: dirname(path), description: await readDescription(path) };
  return sniffDataSet(
    path,
    { ...options.reading, ...(options.target !== undefined && { target: options.target }) },
    options.context,
  );
}

/** The data set of a workspace that is called so. @throws EngineError `data.ambiguous` when there are several */
async function findByName(name: string, workspace: string): Promise<Sniffed | undefined> {
  const base = join(workspace, 'datasets');
  const ids = existsSync(base) ? (await readdir(base)).sort() : [];
  const found: (Sniffed & { readonly id: string })[] = [];
  for (const id of ids) {
    const folder = join(base, id);
    if (!existsSync(join(folder, descriptionName))) continue;
    const description = await readDescription(join(folder, descriptionName));
    if (description.name === name) found.push({ id, folder, description });
  }
  if (found.length > 1)
    throw new EngineError(
      'data.ambiguous',
      `Data set '${name}': several are called so; name one of ${found.map(({ id }) => id).join(', ')}`,
    );
  return found[0];
}

export async function readDescription(file: string): Promise<DataSetDescription> {
  const text = new TextDecoder().decode(await readBounded(file, mostDescription));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw dataFault('description', file, `not JSON (${error instanceof Error ? error.message : 'unknown'})`);
  }
  const parsed = descriptionSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => ({
    code: 'data.description',
    severity: 'error' as const,
    message: `${issue.path.join('.') || 'description'}: ${issue.message}`,
    place: { path: issue.path.join('.') },
  }));
  throw new EngineError(
    'data.description',
    `${file}: ${faults.map((fault) => fault.message).join('; ')}`,
    { path: file },
    faults,
  );
}

/** `resources/datasets` above this file, in the sources as in a build. */
export function exampleFolder(): string {
  const folder = resourceFolder('datasets');
  if (folder !== undefined) return folder;
  throw new EngineError(
    'data.resources',
    'The folder resources/datasets of this installation is missing; install again',
  );
}
