// The data sets service: the examples that come with the app and those of the workspace. What takes time is done by `dataWork`.
import { join } from 'node:path';
import type { CallContext, Implementation } from '../../../contract/service.js';
import {
  datasetsService,
  type DatasetDetails,
  type DatasetSummary,
  type DatasetWords,
  type LongProgress,
} from '../../../contract/services/datasets.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { Workspace } from '../../store/workspace.js';
import type { DataSummary, Revision } from '../datasets/dataWork.js';
import { describeDataSet, placeImport, placeVersion, renameDataSet, versionOf } from '../datasets/placeVersion.js';
import { wordsOf } from '../datasets/dataSetWords.js';
import { readDescription } from '../datasets/loadDataSet.js';
import { whilePlacing } from '../datasets/versionFiles.js';
import type { DataWorkClient } from '../datasets/startDataWork.js';
import { keptVersions, removeVersions } from './datasetVersions.js';
import { exampleIds, exampleSummary, exampleWords, recordSummary } from './datasetSummaries.js';
import { reconcileDatasets, removeForGood, restoreDataset, setAsideDataset } from './datasetUpkeep.js';
import type { WorkbenchPorts } from './ports.js';

type DatasetsImplementation = Implementation<typeof datasetsService>;

export function makeDatasetsService(ports: WorkbenchPorts): DatasetsImplementation {
  const { workspace } = ports;
  const emit = ports.hub.emitter(datasetsService);
  const changed = (...ids: string[]): void => emit('changed', { ids });
  const warn = (text: string): void => ports.log('warning', 'data', text);
  const upkeep = reconcileDatasets(workspace, warn).then(
    (ids) => ids.length > 0 && changed(...ids),
    (error: unknown) => warn(String(error)),
  );
  ports.beforeClose(async () => {
    await upkeep;
    await removeForGood(workspace);
  });
  const client = ports.dataWork;
  const details = detailsFrom(client, ports);
  return {
    list: listing(client, ports, changed),
    details: ({ id }, context) => details(id, context),
    statistics: (argument, { signal, progress }) => client.statistics(argument, { signal, onProgress: progress }),
    images: (argument, { signal }) => client.images(argument, { signal }),
    thumbnails: (argument, { signal }) => client.thumbnails(argument, { signal }),
    count: (argument, { signal }) => client.count(argument, { signal }),
    examples: (argument, { signal }) => client.examples(argument, { signal }),
    rows: (argument, { signal }) => client.rows(argument, { signal }),
    example: (argument, { signal }) => client.example(argument, { signal }),
    trySplit: (argument, { signal }) => client.trySplit(argument, { signal }),
    checkLeakage: (argument, { signal, progress }) => client.checkLeakage(argument, { signal, onProgress: progress }),
    setAugmentation: ({ id, pipeline }) => {
      if (!exampleIds().includes(id)) workspace.datasets.find(id);
      workspace.datasets.setAugmentation(id, pipeline);
      changed(id);
    },
    ...importing(client, ports, changed),
    ...keeping(client, ports, changed),
    ...revising({ client, ports, changed, details }),
  };
}

async function wordsOfDataSet(workspace: Workspace, id: string): Promise<DatasetWords> {
  return wordsOf(await readDescription(join(workspace.datasetFolder(id), 'dataset.json')));
}

type Changed = (...ids: string[]) => void;
type Details = (id: string, context?: CallContext<LongProgress>) => Promise<DatasetDetails>;

function detailsFrom(client: DataWorkClient, { workspace }: WorkbenchPorts): Details {
  const summaryOf = async (id: string, signal?: AbortSignal): Promise<DatasetSummary> => {
    if (exampleIds().includes(id)) return exampleSummary(id, await client.summary({ id }, { signal }));
    const record = workspace.datasets.find(id);
    return recordSummary(record) ?? recordSummary(record, await client.summary({ id }, { signal }))!;
  };
  return async (id, context) => {
    const { signal, progress: onProgress } = context ?? {};
    const summary = await summaryOf(id, signal);
    const findings = await client.findings({ id }, { signal, onProgress });
    const versions = summary.isExample ? [] : workspace.datasets.versions(id);
    const words = summary.isExample ? exampleWords(id) : await wordsOfDataSet(workspace, id);
    return { ...summary, ...findings, ...words, versions, augmentation: workspace.datasets.augmentation(id) };
  };
}

/** What is not known yet is found out after the answer. */
function listing(client: DataWorkClient, ports: WorkbenchPorts, changed: Changed): DatasetsImplementation['list'] {
  const looking = new SummariesToFind(ports, (id) => client.summary({ id }), changed);
  const known = async (id: string): Promise<DataSummary | undefined> => {
    const summary = await client.knownSummary({ id }).catch(() => null);
    if (!summary) looking.find(id);
    return summary ?? undefined;
  };
  return async () => {
    const shipped = exampleIds().map(async (id) => exampleSummary(id, await known(id)));
    const own = ports.workspace.datasets
      .list()
      .map(
        async (record) => recordSummary(record) ?? recordSummary(record, (await known(record.id)) ?? unknownSummary)!,
      );
    return Promise.all([...shipped, ...own]);
  };
}

function importing(
  client: DataWorkClient,
  ports: WorkbenchPorts,
  changed: Changed,
): Pick<DatasetsImplementation, 'preview' | 'import'> {
  const { workspace } = ports;
  return {
    preview: async (argument, { signal, progress }) => {
      const preview = await client.preview(argument, { signal, onProgress: progress });
      const name = argument.options.name ?? preview.suggestedName;
      const replaced = workspace.datasets.list().find((record) => record.name === name);
      return { ...preview, replaces: replaced?.id ?? null };
    },
    import: async (argument, { signal, progress }) => {
      const leave = ports.activity.enter('task', `Import of ${argument.path}`);
      try {
        const either = AbortSignal.any([signal, ports.closing]);
        const staged = await client.stage(argument, { signal: either, onProgress: progress });
        const record = await placeImport(staged, workspace);
        ports.log('info', 'data', `Imported '${record.name}': ${staged.manifest.count} examples.`);
        changed(record.id);
        return recordSummary(record)!;
      } finally {
        leave();
      }
    },
  };
}

function keeping(
  client: DataWorkClient,
  { workspace }: WorkbenchPorts,
  changed: Changed,
): Pick<DatasetsImplementation, 'describe' | 'rename' | 'remove' | 'restore'> {
  return {
    describe: async ({ id, words }) => {
      await describeDataSet(workspace, ownId(workspace, id), words);
      changed(id);
    },
    rename: async ({ id, name }) => {
      await renameDataSet(workspace, ownId(workspace, id), name);
      changed(id);
    },
    remove: async ({ id }) => {
      await setAsideDataset(workspace, ownId(workspace, id));
      await client.forget({ id });
      changed(id);
    },
    restore: async ({ id }) => {
      await restoreDataset(workspace, id);
      changed(id);
    },
  };
}

interface Revising {
  readonly client: DataWorkClient;
  readonly ports: WorkbenchPorts;
  readonly changed: Changed;
  readonly details: Details;
}

function revising({
  client,
  ports: { workspace },
  changed,
  details,
}: Revising): Pick<DatasetsImplementation, 'setRoles' | 'setSplit' | 'useVersion' | 'versions' | 'removeVersions'> {
  /** A new version of a data set of the workspace, and what it is then. */
  const revise = async (id: string, reason: string, make: () => Promise<Revision>): Promise<DatasetDetails> => {
    const { name } = workspace.datasets.find(ownId(workspace, id));
    await whilePlacing(workspace.datasetFolder(id), async () => {
      const { description, manifest } = await make();
      await placeVersion(workspace, id, { description: { ...description, name }, manifest, reason });
    });
    changed(id);
    return details(id);
  };
  return {
    versions: ({ id }) => keptVersions(workspace, ownId(workspace, id)),
    removeVersions: async ({ id, ...removal }) => {
      const bytes = await removeVersions(workspace, ownId(workspace, id), removal);
      changed(id);
      return { bytes };
    },
    setRoles: ({ id, ...choice }) => revise(id, rolesReason(choice), () => client.withRoles({ id, choice })),
    setSplit: ({ id, split }) => revise(id, 'split changed', () => client.withSplit({ id, split })),
    useVersion: ({ id, hash }) =>
      revise(id, 'taken back', async () => {
        const description = await versionOf(workspace, id, hash);
        return client.revision({ folder: workspace.datasetFolder(id), description });
      }),
  };
}

const unknownSummary: DataSummary = { hash: '', count: 0, classCounts: [], shape: [], bytes: 0 };

function rolesReason({ target, task }: { readonly target: string; readonly task?: string | undefined }): string {
  return `target and inputs chosen: ${target}${task === undefined ? '' : ` (${task})`}`;
}

/** @throws EngineError `data.example` for an example of the app, `data.notFound` */
function ownId(workspace: Workspace, id: string): string {
  if (exampleIds().includes(id))
    throw new EngineError(
      'data.example',
      `Data set '${id}': it comes with the app and cannot be changed. Import it to have a copy of your own.`,
    );
  return workspace.datasets.find(id).id;
}

/** Summaries that nobody knows yet are found out one after the other, and told as changes. */
class SummariesToFind {
  private readonly waiting = new Set<string>();
  private isBusy = false;

  constructor(
    private readonly ports: WorkbenchPorts,
    private readonly summary: (id: string) => Promise<unknown>,
    private readonly changed: (id: string) => void,
  ) {}

  find(id: string): void {
    this.waiting.add(id);
    if (!this.isBusy) void this.work();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    for (const id of this.waiting) {
      if (this.ports.closing.aborted) break;
      try {
        await this.summary(id);
        this.changed(id);
      } catch (error) {
        this.ports.log('warning', 'data', error instanceof Error ? error.message : String(error));
      }
      this.waiting.delete(id);
    }
    this.isBusy = false;
  }
}
