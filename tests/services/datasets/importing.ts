// What tests of imports share: files in temporary folders, a look at them, and what they are in a fresh workspace.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { importDataSet, type DatasetManifest } from '../../../main/services/datasets/importDataSet.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { previewImport } from '../../../main/services/datasets/previewImport.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

export type Files = Readonly<Record<string, Uint8Array | string>>;

export function folderOf(files: Files): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export const fileOf = (name: string, content: Uint8Array | string) => join(folderOf({ [name]: content }), name);
export const look = (path: string, options: ImportOptions = {}) =>
  previewImport(path, options, { workspace: temporaryFolder() });

export async function bring(
  path: string,
  options: ImportOptions = {},
): Promise<{ dataSet: DataSet; manifest: DatasetManifest }> {
  const workspace = openWorkspace(join(temporaryFolder(), 'workspace'), { create: true });
  onTestFinished(() => workspace.close());
  const { id, manifest, hash } = await importDataSet(path, workspace, options);
  const { dataSet } = await loadDataSet(id, { workspace: workspace.path });
  expect(dataSet.hash).toBe(hash);
  return { dataSet, manifest: manifest as DatasetManifest };
}
