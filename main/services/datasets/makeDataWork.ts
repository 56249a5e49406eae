// The implementation of `dataWork`: a library of loaded data sets, and what was found out about them on disk.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallContext, Implementation } from '../../../contract/service.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import { makeSplit } from '../../../engine/data/split.js';
import { DataLibrary, type LibraryOptions, type Shelved } from './dataLibrary.js';
import type { DataFindings, dataWork, DataSummary, Revision, WorkProgress } from './dataWork.js';
import type { DataSetDescription } from './description.js';
import { countOf, pageOfImages, pageOfRows, wholeExample } from './exampleViews.js';
import { findOut, outlineOf, quickBytes } from './findOut.js';
import { Findings, folderKey } from './findings.js';
import { thumbnailsOf } from './imageBlock.js';
import { checkLeakage } from './checkLeakage.js';
import { findDescription, loadDataSet, withPreprocessing, type LoadedDataSet } from './loadDataSet.js';
import { manifestOf } from './manifest.js';
import { previewImport } from './previewImport.js';
import { readDataSet } from './readDataSet.js';
import { trySplit, withRoles } from './reviseDataSet.js';
import { stageImport, type ImportPlace } from './stageImport.js';
import { SharedWork } from '../workbench/sharedWork.js';
import { versionHash } from './versionHash.js';
import { classCountsOf, shapeOf } from './openDataSet.js';

type Work = Implementation<typeof dataWork>;

export function makeDataWork(options: LibraryOptions): Work {
  const library = new DataLibrary(options);
  return {
    ...lookingWork(library, options),
    ...changingWork(library, options),
    ...trainingWork(library, options),
    forget: ({ id }) => library.forget(id),
    trySplit: async ({ id, split }) => trySplit((await library.open(id)).dataSet, split),
    checkLeakage: async ({ id }, context) => {
      context.progress({ stage: 'reading', done: 0, total: 0 });
      return checkLeakage(await library.open(id), context);
    },
  };
}

/** What trainings need of the data. The engine's part of it is loaded when it is first needed. */
function trainingWork(
  library: DataLibrary,
  { workspace, resources }: LibraryOptions,
): Pick<Work, 'facts' | 'modelInterface' | 'suggestedModel' | 'prepare'> {
  const loaded = async (data: string, target?: string): Promise<LoadedDataSet> =>
    target === undefined
      ? withPreprocessing(await library.open(data))
      : loadDataSet(data, { target, workspace, resources });
  return {
    facts: async ({ data, target }) => (await import('../knownFacts.js')).knownFactsOf(await loaded(data, target)),
    modelInterface: async ({ data }) => (await import('../modelInterface.js')).interfaceOf(await loaded(data)),
    suggestedModel: async ({ data, objective }) =>
      (await import('../modelInterface.js')).suggestedModel(data, await loaded(data), objective),
    // Of a run that was made it is read anew, as it may be of an earlier version: then it does not stay here.
    prepare: async ({ request, run }) =>
      (await import('../prepareTraining.js')).prepareData(request, { workspace, resources, run, load: loaded }),
  };
}

type Looking =
  | 'knownSummary'
  | 'summary'
  | 'findings'
  | 'statistics'
  | 'thumbnails'
  | 'images'
  | 'examples'
  | 'count'
  | 'rows'
  | 'example';

function lookingWork(library: DataLibrary, options: LibraryOptions): Pick<Work, Looking> {
  const findings = new Findings(join(options.workspace, 'cache', 'datasets'));
  const keyOf = async (id: string): Promise<string> => {
    const { folder, description } = await findDescription(id, options);
    return versionHash(description) ?? folderKey(folder);
  };
  const counting = new SharedWork<DataFindings, WorkProgress>();
  /** Once for all who ask meanwhile, and kept. */
  const count = async (id: string, caller: CallContext<WorkProgress>): Promise<DataFindings> => {
    const key = `${await keyOf(id)}-findings`;
    return counting.do(key, caller, (shared) => findings.get(key, async () => findOut(await library.open(id), shared)));
  };
  return {
    knownSummary: async ({ id }) => (await findings.peek<DataSummary>(`${await keyOf(id)}-summary`)) ?? null,
    summary: async ({ id }) =>
      findings.get(`${await keyOf(id)}-summary`, async () => {
        const { folder } = await findDescription(id, options);
        return summaryOf(await library.open(id), await bytesIn(folder));
      }),
    findings: async ({ id }, context) => {
      const known = await findings.peek<DataFindings>(`${await keyOf(id)}-findings`);
      if (known) return known;
      context.progress({ stage: 'reading', done: 0, total: 0 });
      const open = await library.open(id);
      return open.bytes <= quickBytes ? count(id, context) : outlineOf(open);
    },
    statistics: async ({ id }, context) => (await count(id, context)).columns,
    thumbnails: async ({ id }) => {
      const make = async () => ({ block: thumbnailsOf(await library.open(id)) });
      return (await findings.get(`${await keyOf(id)}-thumbnails`, make)).block;
    },
    images: async ({ id, size, ...page }) => pageOfImages(await library.open(id), page, size),
    count: async ({ id, query }) => countOf(await library.open(id), query),
    // A copy: it moves to whoever asked.
    examples: async ({ id, query }) => ({ examples: (await library.open(id)).queries.examples(query).slice() }),
    rows: async ({ id, ...page }) => pageOfRows(await library.open(id), page),
    example: async ({ id, example }) => wholeExample(await library.open(id), example),
  };
}

type Changing = 'preview' | 'stage' | 'withRoles' | 'withSplit' | 'revision';

function changingWork(library: DataLibrary, options: LibraryOptions): Pick<Work, Changing> {
  const { workspace } = options;
  const revision = async (folder: string, description: DataSetDescription, dataSet: DataSet): Promise<Revision> => ({
    description,
    manifest: manifestOf(dataSet, await bytesIn(folder)),
  });
  return {
    preview: ({ path, options: choices }, context) => previewImport(path, choices, importPlace(workspace, context)),
    stage: ({ path, options: choices }, context) => stageImport(path, importPlace(workspace, context), choices),
    withRoles: async ({ id, choice }) => {
      const { folder } = await findDescription(id, options);
      const { dataSet, description } = await library.open(id);
      const revised = await withRoles(folder, dataSet, description, choice);
      return revision(folder, revised.description, revised.dataSet);
    },
    withSplit: async ({ id, split }) => {
      const { folder } = await findDescription(id, options);
      const { dataSet, description } = await library.open(id);
      makeSplit(dataSet, split);
      return revision(folder, { ...description, split }, dataSet);
    },
    revision: async ({ folder, description }) => revision(folder, description, await readDataSet(folder, description)),
  };
}

function importPlace(workspace: string, { signal, progress }: CallContext<WorkProgress>): ImportPlace {
  return { workspace, signal, progress: (stage, done, total) => progress({ stage, done, total }) };
}

/** Without the columns, which take long. */
function summaryOf({ dataSet }: Shelved, bytes: number): DataSummary {
  const { hash, count } = dataSet;
  return { hash, count, classCounts: classCountsOf(dataSet), shape: shapeOf(dataSet), bytes };
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder, { withFileTypes: true })).map(async (entry) => {
    const path = join(folder, entry.name);
    // What is removed meanwhile is gone.
    return entry.isDirectory() ? bytesIn(path) : ((await stat(path).catch(() => undefined))?.size ?? 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
