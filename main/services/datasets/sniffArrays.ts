// NPY and NPZ files that belong together: which array holds examples, which labels, and for which part; told by names and sizes.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import { defaultFractions } from '../../../engine/data/split.js';
import type { DataSetDescription, ReaderOf } from './description.js';
import { readNpyHeader, type NpyHeader } from './npy.js';
import { dataFault } from './readBounded.js';
import type { Common, Sniffed } from './sniffDataSet.js';
import { headOf } from './textFile.js';
import { ZipArchive } from './zipArchive.js';

export interface FoundArray extends Pick<NpyHeader, 'shape' | 'descr'> {
  readonly file: string;
  /** Inside an NPZ. */
  readonly entry?: string;
  /** Without what tells the part. */
  readonly name: string;
  readonly part: 'train' | 'val' | 'test';
}

const partPattern = /^(.*?)[-_ .]?(train(?:ing)?|val(?:id(?:ation)?)?|dev|test(?:ing)?|t10k)[-_ .]?(.*)$/i;
const labelPattern = /^(y|labels?|targets?|class(es)?|t)\b|label|target/i;

/** The arrays of an NPZ, or the NPY files of a folder (a single file is looked at with those beside it). */
export async function findArrays(
  path: string,
  format: 'npy' | 'npz',
): Promise<{ folder: string; arrays: FoundArray[] }> {
  if (format === 'npz') return { folder: dirname(path), arrays: await arraysInArchive(path) };
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  const names = (await readdir(folder)).filter((name) => /\.npy$/i.test(name)).sort();
  const arrays: FoundArray[] = [];
  for (const name of names) {
    const header = await headOf(join(folder, name), 70_000)
      .then((head) => readNpyHeader(head, join(folder, name)))
      .catch((error: unknown) => {
        // Others beside a chosen file need not be whole.
        if (name === basename(path)) throw error;
        return undefined;
      });
    if (header) arrays.push(foundArray(header, { file: name }, name.replace(/\.npy$/i, '')));
  }
  return { folder, arrays };
}

async function arraysInArchive(path: string): Promise<FoundArray[]> {
  const archive = await ZipArchive.open(path);
  try {
    const arrays: FoundArray[] = [];
    for (const entry of archive.entries.filter(({ name }) => /\.npy$/i.test(name)).slice(0, 100)) {
      const header = readNpyHeader(await archive.head(entry, 70_000), `${path}/${entry.name}`);
      const name = entry.name.replace(/\.npy$/i, '');
      arrays.push(foundArray(header, { file: basename(path), entry: name }, name));
    }
    return arrays;
  } finally {
    await archive.close();
  }
}

function foundArray({ shape, descr }: NpyHeader, place: Pick<FoundArray, 'file' | 'entry'>, name: string): FoundArray {
  const [, before = '', word, after = ''] = partPattern.exec(name) ?? [];
  if (word === undefined) return { shape, descr, ...place, name, part: 'train' };
  const part = /^(val|dev)/i.test(word) ? 'val' : /^t(est|10k)/i.test(word) ? 'test' : 'train';
  return { shape, descr, ...place, name: [before, after].filter((piece) => piece !== '').join('_') || name, part };
}

/** @throws EngineError `data.npy` where no labels can be told */
export async function describeArrays(
  path: string,
  format: 'npy' | 'npz',
  common: Common,
  options: ImportOptions,
): Promise<Sniffed> {
  const { folder, arrays } = await findArrays(path, format);
  const objects = arrays.find(({ descr }) => descr.includes('O'));
  if (objects)
    throw dataFault(
      'npy',
      path,
      `'${objects.name}' holds Python objects, which can run any code when they are read; save plain numbers or texts`,
    );
  const groups = groupArrays(arrays);
  const target = chooseTarget(path, groups, options);
  const count = target.train.shape[0]!;
  const used = groups.filter((group) => group.train.shape[0] === count);
  const inputs = used.filter((group) => group !== target);
  if (inputs.length === 0)
    throw dataFault(
      'npy',
      path,
      `no array of examples has as many as the labels '${target.name}' (${count}); there ${groups.length === 1 ? 'is no other' : `are ${lengthsOf(groups, target)}`}`,
    );
  const isImage = inputs.some(({ train }) => layoutOf(train.shape) !== undefined);
  const type = targetTypeOf(target, options);
  const reader: ReaderOf<'npy'> = {
    kind: 'npy',
    columns: Object.fromEntries(
      used.map((group) => [group.name, columnReader(group, group === target ? type : undefined)]),
    ),
  };
  const hasParts = target.others.length > 0;
  const task = options.task ?? (type === 'number' ? 'regression' : 'classification');
  const description: DataSetDescription = {
    ...common,
    ...(format === 'npy' && { name: basename(folder) }),
    kind: isImage ? 'image' : 'tabular',
    task,
    reader,
    target: target.name,
    inputs: inputs.map(({ name }) => name),
    split: {
      method: hasParts ? 'predefined' : task === 'classification' ? 'stratified' : 'random',
      fractions: hasParts ? { train: 0.8, val: 0.1, test: 0.1 } : defaultFractions,
      seed: 0,
    },
  };
  return { folder, description };
}

/** The same array for several parts. */
interface ArrayGroup {
  readonly name: string;
  readonly train: FoundArray;
  readonly others: readonly FoundArray[];
}

function groupArrays(arrays: readonly FoundArray[]): ArrayGroup[] {
  const names = [...new Set(arrays.map(({ name }) => name))];
  return names.flatMap((name) => {
    const alike = arrays.filter((array) => array.name === name && array.shape.length > 0);
    const train = alike.find(({ part }) => part === 'train') ?? alike[0];
    if (!train) return [];
    const inner = (array: FoundArray) => array.shape.slice(1).join();
    const others = alike.filter((array) => array.part !== 'train' && array !== train && inner(array) === inner(train));
    return [{ name, train, others }];
  });
}

function lengthsOf(groups: readonly ArrayGroup[], target: ArrayGroup): string {
  return groups
    .filter((group) => group !== target)
    .map(({ name, train }) => `'${name}' with ${train.shape[0]!}`)
    .join(', ');
}

function chooseTarget(path: string, groups: readonly ArrayGroup[], options: ImportOptions): ArrayGroup {
  const isFlat = ({ train: { shape } }: ArrayGroup) => shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  const named = groups.find(({ name }) => name === options.target);
  const flat = groups.filter(isFlat);
  const found = named ?? flat.find(({ name }) => labelPattern.test(name)) ?? flat.at(-1);
  if (found) return found;
  const seen = groups.map(({ name, train }) => `'${name}' [${train.shape.join(', ')}]`).join(', ');
  throw dataFault(
    'npy',
    path,
    `needs labels beside the examples: a second array with one value for each (as y.npy, or y in an NPZ); got ${seen || 'no array'}`,
  );
}

/** Floats are estimated; whole numbers, which most often number classes, are told apart. */
function targetTypeOf({ name, train }: ArrayGroup, { types, task }: ImportOptions): 'number' | 'category' {
  const chosen = types?.[name];
  if (chosen === 'number' || chosen === 'category') return chosen;
  if (task === 'regression' || task === 'forecast') return 'number';
  return task === 'classification' || !/f\d/.test(train.descr) ? 'category' : 'number';
}

function columnReader({ train, others }: ArrayGroup, type: 'number' | 'category' | undefined) {
  const layout = layoutOf(train.shape);
  return {
    file: train.file,
    ...(train.entry !== undefined && { entry: train.entry }),
    ...(type && { type }),
    ...(layout && { layout }),
    ...(others.length > 0 && {
      also: others.map(({ part, file, entry }) => ({
        part: part as 'val' | 'test',
        file,
        ...(entry !== undefined && { entry }),
      })),
    }),
  };
}

const leastSide = 8;

/** How the axes of images lie; undefined where they are none, or channels come first already. */
function layoutOf(shape: readonly number[]): 'hw' | 'hwc' | 'chw' | undefined {
  const [, a = 0, b = 0, c = 0] = shape;
  if (shape.length === 3 && a >= leastSide && b >= leastSide) return 'hw';
  if (shape.length !== 4) return undefined;
  if ([1, 3, 4].includes(c) && a >= leastSide && b >= leastSide) return 'hwc';
  return [1, 3, 4].includes(a) && b >= leastSide && c >= leastSide ? 'chw' : undefined;
}
