// The work on data sets that takes time, as a service of its own: it runs in a thread, so that it never keeps the main process.
import { z } from 'zod';
import type {
  ColumnStatistics,
  ImageBlock,
  RowBlock,
  CellValue,
  ExampleQuery,
  ImportOptions,
  ImportPreview,
  LeakReport,
  SplitChoice,
} from '../../../contract/services/datasets.js';
import type { ModelInterface } from '../../../contract/services/models.js';
import { defineService, method } from '../../../contract/service.js';
import type { TrainRequest } from '../../../contract/training.js';
import type { DataSet } from '../../../engine/data/dataSet.js';
import type { Objective } from '../../../engine/layers/objective.js';
import type { KnownFacts } from '../knownFacts.js';
import type { SuggestedModel } from '../modelInterface.js';
import type { PreparedTraining } from '../training.js';
import type { DataSetDescription } from './description.js';
import type { DatasetManifest } from './manifest.js';
import type { RolesChoice, SplitTrial } from './reviseDataSet.js';
import type { StagedImport } from './stageImport.js';

/** What lists show of a data set. */
export interface DataSummary {
  readonly hash: string;
  readonly count: number;
  readonly classCounts: readonly { readonly name: string; readonly count: number }[];
  readonly shape: readonly number[];
  /** Of its files. */
  readonly bytes: number;
}

/** What its page shows besides. */
export interface DataFindings {
  readonly kind: DataSet['kind'];
  readonly task: DataSet['task'];
  readonly columns: readonly ColumnStatistics[];
  /** Whether `columns` have figures of values. */
  readonly areCounted: boolean;
  readonly target: string;
  readonly inputs: readonly string[];
  readonly hasParts: boolean;
  readonly split: SplitChoice;
  readonly splitSizes: { readonly train: number; readonly val: number; readonly test: number };
  readonly remarks: readonly string[];
}

export interface Revision {
  readonly description: DataSetDescription;
  readonly manifest: DatasetManifest;
}

export interface WorkProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** Arguments come from the main process: our own code, checked already. */
const argument = <T>() => z.custom<T>();
interface Named {
  readonly id: string;
}
interface Queried extends Named {
  readonly query: ExampleQuery;
}
interface Paged extends Queried {
  readonly from: number;
  readonly count: number;
}

export interface SavedRun {
  readonly id: string;
  readonly folder: string;
}

export const dataWork = defineService('dataWork', {
  methods: {
    /** What is known without reading the data; null when nothing is. */
    knownSummary: method<DataSummary | null>()(argument<Named>()),
    summary: method<DataSummary, WorkProgress>()(argument<Named>()),
    /** Of large data without what takes counting. */
    findings: method<DataFindings, WorkProgress>()(argument<Named>()),
    statistics: method<readonly ColumnStatistics[], WorkProgress>()(argument<Named>()),
    images: method<ImageBlock>()(argument<Paged & { readonly size?: number | undefined }>()),
    thumbnails: method<ImageBlock | null>()(argument<Named>()),
    count: method<{ readonly total: number; readonly classCounts: readonly number[] }>()(argument<Queried>()),
    examples: method<{ readonly examples: Int32Array }>()(argument<Queried>()),
    rows: method<RowBlock>()(argument<Paged>()),
    example: method<{
      readonly cells: Readonly<Record<string, CellValue>>;
      readonly image: ImageBlock | null;
      readonly part: string;
    }>()(argument<Named & { readonly example: number }>()),
    forget: method()(argument<Named>()),
    preview: method<Omit<ImportPreview, 'replaces'>, WorkProgress>()(
      argument<{ readonly path: string; readonly options: ImportOptions }>(),
    ),
    /** The first half of an import; the main process gives it its place. */
    stage: method<StagedImport, WorkProgress>()(argument<{ readonly path: string; readonly options: ImportOptions }>()),
    /** What a version with these roles, or this split, would be. */
    withRoles: method<Revision>()(argument<Named & { readonly choice: RolesChoice }>()),
    withSplit: method<Revision>()(argument<Named & { readonly split: SplitChoice }>()),
    /** What an earlier version is. */
    revision: method<Revision>()(argument<{ readonly folder: string; readonly description: DataSetDescription }>()),
    trySplit: method<SplitTrial>()(argument<Named & { readonly split: SplitChoice }>()),
    checkLeakage: method<LeakReport, WorkProgress>()(argument<Named>()),
    /** What a training needs to know; `target` over the data set's own. */
    facts: method<KnownFacts>()(argument<{ readonly data: string; readonly target?: string | undefined }>()),
    modelInterface: method<ModelInterface>()(argument<{ readonly data: string }>()),
    suggestedModel:
      method<SuggestedModel>()(argument<{ readonly data: string; readonly objective?: Objective | undefined }>()),
    /** Everything that a trainer is given; of a run that was saved, as that run was made. */
    prepare:
      method<PreparedTraining>()(argument<{ readonly request: TrainRequest; readonly run?: SavedRun | undefined }>()),
  },
  events: {},
});
