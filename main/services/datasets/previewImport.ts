// What an import would bring, before it is done: format, columns, types, examples, and what is remarkable.
import { stat } from 'node:fs/promises';
import type { ImportOptions, ImportPreview } from '../../../contract/services/datasets.js';
import { imageBlock } from './imageBlock.js';
import { readNamed } from './loadDataSet.js';
import { openDataSet } from './openDataSet.js';
import { nameOf, type ImportPlace } from './stageImport.js';

const shownImages = 24;

/** @throws EngineError of reading (`data.*`, `file.*`) */
export async function previewImport(
  path: string,
  options: ImportOptions,
  { workspace }: ImportPlace,
): Promise<Omit<ImportPreview, 'replaces'>> {
  const { dataSet, description, split } = await readNamed(path, { target: options.target, workspace });
  const open = openDataSet(dataSet, description, split);
  const images =
    dataSet.kind === 'image'
      ? imageBlock(
          open,
          Int32Array.from({ length: Math.min(shownImages, dataSet.count) }, (_, at) => at),
          64,
        )
      : null;
  const info = await stat(path).catch(() => undefined);
  return {
    path,
    format: 'dataset',
    suggestedName: nameOf(description.name),
    kind: dataSet.kind,
    task: dataSet.task,
    count: dataSet.count,
    bytes: info?.size ?? 0,
    columns: [],
    rows: [],
    classes: [],
    images,
    excerpt: null,
    target: dataSet.target,
    image: null,
    csv: null,
    windowLength: null,
    parts: null,
    brokenLines: [],
    obstacle: null,
    remarks: dataSet.remarks,
  };
}
