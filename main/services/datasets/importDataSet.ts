// Brings data into a workspace: read once with all checks, then kept column by column in files that load fast and never change.
import type { DatasetRecord } from '../../store/datasetStore.js';
import type { Workspace } from '../../store/workspace.js';
import type { TableContext } from './duckTable.js';
import { placeImport } from './placeVersion.js';
import { stageImport, type ImportRequest } from './stageImport.js';

export type { DatasetManifest } from './manifest.js';

/**
 * Reads an example, a described folder or a file, and writes `datasets/<id>/`: an NPY file a column (texts two) and
 * `dataset.json`, all at once. Data of a name that is there already become a new version of that data set; the same
 * content is not written again.
 * @throws EngineError of reading (`data.*`, `file.*`: nothing is written then) and of the store (`store.*`)
 */
export async function importDataSet(
  path: string,
  workspace: Workspace,
  request: ImportRequest = {},
  context: TableContext = {},
): Promise<DatasetRecord> {
  const staged = await stageImport(path, { ...context, workspace: workspace.path, files: workspace.files }, request);
  return placeImport(staged, workspace);
}
