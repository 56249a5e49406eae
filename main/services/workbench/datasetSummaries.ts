// Data sets as lists show them: from the descriptions of the examples, from the records of the workspace.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetSummary, DatasetWords } from '../../../contract/services/datasets.js';
import type { DatasetRecord } from '../../store/datasetStore.js';
import type { DataSummary } from '../datasets/dataWork.js';
import { wordsOf } from '../datasets/dataSetWords.js';
import { descriptionSchema, type DataSetDescription } from '../datasets/description.js';
import type { DatasetManifest } from '../datasets/manifest.js';
import { resourceFolder } from '../resourceFolder.js';

let examples: ReadonlyMap<string, DataSetDescription> | undefined;

/** They come with the installation and never change while it runs. */
function exampleDescriptions(): ReadonlyMap<string, DataSetDescription> {
  examples ??= readExamples(resourceFolder('datasets'));
  return examples;
}

function readExamples(folder: string | undefined): ReadonlyMap<string, DataSetDescription> {
  const found = new Map<string, DataSetDescription>();
  for (const id of folder === undefined ? [] : readdirSync(folder).sort()) {
    const text = readFileSync(join(folder!, id, 'dataset.json'), 'utf8');
    found.set(id, descriptionSchema.parse(JSON.parse(text)));
  }
  return found;
}

export function exampleIds(): readonly string[] {
  return [...exampleDescriptions().keys()];
}

export function exampleWords(id: string): DatasetWords {
  return wordsOf(exampleDescriptions().get(id)!);
}

/** Before it was ever read its numbers are 0. */
export function exampleSummary(id: string, summary: DataSummary | undefined): DatasetSummary {
  const { name, title, kind, task } = exampleDescriptions().get(id)!;
  return {
    id,
    name,
    title: title ?? name,
    kind,
    task,
    count: summary?.count ?? 0,
    isExample: true,
    created: null,
    hash: summary?.hash ?? null,
    bytes: summary?.bytes ?? 0,
    classCounts: summary?.classCounts ?? [],
    shape: summary?.shape ?? [],
  };
}

/** Undefined where the record was written by a version that kept less, and `summary` is not given. */
export function recordSummary(record: DatasetRecord, summary?: DataSummary): DatasetSummary | undefined {
  const { id, name, created, hash } = record;
  const { kind, task, count, bytes, classes, classCounts, shape } = record.manifest as DatasetManifest;
  const common = { id, name, title: name, kind, task, count, isExample: false, created, hash, bytes };
  if (classCounts && shape)
    return {
      ...common,
      classCounts: classes.map((label, code) => ({ name: label, count: classCounts[code]! })),
      shape,
    };
  if (!summary) return undefined;
  const found = { count: summary.count || count, bytes: summary.bytes || bytes };
  return { ...common, ...found, classCounts: summary.classCounts, shape: summary.shape };
}
