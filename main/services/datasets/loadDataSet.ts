// The way in to data: an example's name, a folder with dataset.json, or any file that can be sniffed.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { fitPreprocessing } from '../../../engine/data/fitPreprocessing.js';
import type { Preprocessing, PreprocessingOptions } from '../../../engine/data/preprocessing.js';
import { makeSplit, type Split } from '../../../engine/data/split.js';
import { resourceFolder } from '../resourceFolder.js';
import { descriptionSchema, type DataSetDescription } from './description.js';
import { dataFault, readBounded } from './readBounded.js';
import { readDataSet } from './readDataSet.js';
import { sniffDataSet, type Sniffed } from './sniffDataSet.js';

export interface LoadOptions {
  /** Column to predict, over the description's. */
  readonly target?: string | undefined;
  readonly splitSeed?: number | undefined;
  readonly preprocessing?: PreprocessingOptions | undefined;
  /** Where imported data sets are (`datasets/<id>`). */
  readonly workspace?: string | undefined;
  /** Where the examples are; left out: `resources/datasets` of this installation. */
  readonly resources?: string | undefined;
}

export interface LoadedDataSet {
  readonly dataSet: DataSet;
  readonly description: DataSetDescription;
  readonly split: Split;
  /** Fitted on the training part of `split`. */
  readonly preprocessing: Preprocessing;
}

const descriptionName = 'dataset.json';
const mostDescription = 16 * 2 ** 20;

/** Loads `nameOrPath`: an example (`digits`), a data set of the workspace (by id or name), a folder or a file, in this order. */
export async function loadDataSet(nameOrPath: string, options: LoadOptions = {}): Promise<LoadedDataSet> {
  const { folder, description: found } = await findDescription(nameOrPath, options);
  const description = options.target === undefined ? found : { ...found, target: options.target };
  const dataSet = await readDataSet(folder, description);
  const split = makeSplit(dataSet, { ...description.split, seed: options.splitSeed ?? description.split.seed });
  const preprocessing = fitPreprocessing(dataSet, split.train, {
    ...description.preprocessing,
    ...options.preprocessing,
  });
  return { dataSet, description, split, preprocessing };
}

/** The description of a data set, and the folder that its files are in. */
export async function findDescription(nameOrPath: string, options: LoadOptions = {}): Promise<Sniffed> {
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
  if (path.endsWith('.json') && existsSync(path))
    return { folder: dirname(path), description: await readDescription(path) };
  return sniffDataSet(path, options.target);
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

async function readDescription(file: string): Promise<DataSetDescription> {
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
function exampleFolder(): string {
  const folder = resourceFolder('datasets');
  if (folder !== undefined) return folder;
  throw new EngineError(
    'data.resources',
    'The folder resources/datasets of this installation is missing; install again',
  );
}
