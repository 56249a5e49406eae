// IDX files that belong together: examples and labels, for training and test, told by their headers and names.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { defaultFractions } from '../../../engine/data/split.js';
import type { DataSetDescription, ReaderOf } from './description.js';
import { isIdx } from './detectFormat.js';
import { dataFault } from './readBounded.js';
import type { Common, Sniffed } from './sniffDataSet.js';
import { headOf, inflatedHead } from './textFile.js';

interface IdxFile {
  readonly name: string;
  readonly part: 'train' | 'val' | 'test';
  /** One axis: labels. */
  readonly isLabels: boolean;
  readonly count: number;
}

/** From one of the files, or the folder that they are in. @throws EngineError `data.idx` */
export async function describeIdx(path: string, common: Common): Promise<Sniffed> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const files = await idxFilesIn(folder);
  const own = isFolder ? undefined : files.find(({ name }) => name === basename(path));
  const parts: Partial<Record<IdxFile['part'], { examples: string; labels: string }>> = {};
  for (const part of ['train', 'val', 'test'] as const) {
    const examples = files.filter((file) => file.part === part && !file.isLabels);
    const chosen = (own?.isLabels === false && own.part === part ? own : undefined) ?? examples[0];
    const labels = chosen && labelsFor(chosen, files);
    if (chosen && labels) parts[part] = { examples: chosen.name, labels: labels.name };
  }
  const train = parts.train ?? parts.test ?? parts.val;
  if (!train)
    throw dataFault(
      'idx',
      path,
      'needs two files beside each other, examples and labels with as many of them (as train-images-idx3-ubyte and train-labels-idx1-ubyte)',
    );
  const reader: ReaderOf<'idx'> = {
    kind: 'idx',
    parts: {
      train,
      ...(parts.val && parts.val !== train && { val: parts.val }),
      ...(parts.test && parts.test !== train && { test: parts.test }),
    },
  };
  const isPredefined = reader.parts.val !== undefined || reader.parts.test !== undefined;
  const description: DataSetDescription = {
    ...common,
    name: isFolder ? common.name : basename(folder),
    kind: 'image',
    task: 'classification',
    reader,
    split: {
      method: isPredefined ? 'predefined' : 'stratified',
      fractions: isPredefined ? { train: 0.8, val: 0.1, test: 0.1 } : defaultFractions,
      seed: 0,
    },
  };
  return { folder, description };
}

/** Of the same part, with as many examples; where several fit, the one whose name is most alike. */
function labelsFor(examples: IdxFile, files: readonly IdxFile[]): IdxFile | undefined {
  const fitting = files.filter(
    ({ isLabels, part, count }) => isLabels && part === examples.part && count === examples.count,
  );
  const alike = (name: string) => Array.from(name).findIndex((character, at) => character !== examples.name[at]);
  return fitting.sort((a, b) => alike(b.name) - alike(a.name))[0];
}

async function idxFilesIn(folder: string): Promise<IdxFile[]> {
  const files: IdxFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || files.length > 20) continue;
    const path = join(folder, entry.name);
    const packed = await headOf(path, 4096).catch(() => new Uint8Array(0));
    const head = packed[0] === 0x1f && packed[1] === 0x8b ? await inflatedHead(path, 64) : packed;
    if (!isIdx(head)) continue;
    const count = new DataView(head.buffer, head.byteOffset).getUint32(4);
    const part = /t10k|test/i.test(entry.name) ? 'test' : /val/i.test(entry.name) ? 'val' : 'train';
    files.push({ name: entry.name, part, isLabels: head[3] === 1, count });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
