// Data sets of the workspace and the examples that come with the app: listing, looking into, importing, splitting.
import { z } from 'zod';
import { defineService, event, method } from '../service.js';

export type DataKind = 'image' | 'tabular' | 'sequence' | 'text' | 'timeSeries';
export type DataTask = 'classification' | 'regression' | 'languageModel' | 'forecast';

export interface DatasetSummary {
  /** What a training request's `data` says: an example's name or the id in the workspace. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly kind: DataKind;
  readonly task: DataTask;
  /** Examples; 0 where an example that comes with the app was never opened. */
  readonly count: number;
  /** Comes with the app and cannot be changed or removed. */
  readonly isExample: boolean;
  readonly created: string | null;
  /** SHA-256 of the content: the version. */
  readonly hash: string | null;
  readonly bytes: number;
  /** How many examples each class has, in the order of the classes; empty without classes. */
  readonly classCounts: readonly { readonly name: string; readonly count: number }[];
  /** Of one example of the main input, as channels × height × width. */
  readonly shape: readonly number[];
}

export interface ColumnStatistics {
  readonly name: string;
  readonly type: 'number' | 'category' | 'text' | 'array' | 'windows';
  readonly role: 'input' | 'target' | 'ignored';
  readonly missing: number;
  /** 0 of arrays: comparing them takes long. */
  readonly distinct: number;
  /** Of numbers, over the examples that have one. */
  readonly numbers: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly std: number;
    readonly quartiles: readonly [number, number, number];
    /** Equal bins from min to max. */
    readonly histogram: readonly number[];
  } | null;
  /** The most frequent first, at most 50. */
  readonly categories: readonly { readonly name: string; readonly count: number }[] | null;
  /** Of texts: lengths in characters. */
  readonly lengths: { readonly min: number; readonly max: number; readonly mean: number } | null;
  /** Of arrays: of one example. */
  readonly shape: readonly number[] | null;
  /** Of arrays: whether their numbers are bytes, which a screen shows as they are. */
  readonly isBytes: boolean;
  /** Of numbers: they are days since 1970-01-01 (UTC). */
  readonly isDate: boolean;
  /** Of numbers: how many lie beyond the middle half by more than three times its width. */
  readonly outliers: number;
}

/** engine/data/split.ts's options, as they stand in dataset.json. */
export const splitSchema = z.object({
  method: z.enum(['random', 'stratified', 'ordered', 'predefined']),
  fractions: z.object({
    train: z.number().min(0).max(1),
    val: z.number().min(0).max(1),
    test: z.number().min(0).max(1),
  }),
  seed: z.int().min(0).max(0xffffffff),
  /** Examples that are equal in this column stay in one part. */
  groupBy: z.string().optional(),
  /** Examples with equal inputs stay in one part. */
  keepEqual: z.boolean().optional(),
});
export type SplitChoice = z.infer<typeof splitSchema>;

export interface DatasetVersion {
  readonly hash: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly count: number;
  /** What made it: «imported», «target changed to price». */
  readonly reason: string;
}

/** A version with what keeping it costs, and who needs it. */
export interface KeptVersion extends DatasetVersion {
  /** Of its files, those that it shares with others included. */
  readonly bytes: number;
  /** What deleting it alone would free. */
  readonly ownBytes: number;
  /** What tells it from others. */
  readonly target: string;
  readonly task: DataTask;
  readonly inputs: readonly string[];
  readonly split: SplitChoice;
  /** SHA-256 of its arrays: equal where only roles or the split differ. */
  readonly content: string;
  /** Runs that were trained on it: their examples can be looked at, and they can be resumed, as long as it is kept. */
  readonly runs: readonly { readonly id: string; readonly name: string }[];
}

export interface KeptVersions {
  /** The newest first. */
  readonly versions: readonly KeptVersion[];
  /** What deleting all that is neither in use nor needed by a run would free. */
  readonly unusedBytes: number;
}

/** What a person says of a data set; no version follows from it. */
export const datasetWordsSchema = z.object({
  /** Where it comes from. */
  source: z.string().max(2000).nullable(),
  licence: z.string().max(2000).nullable(),
  notes: z.string().max(20_000).nullable(),
});
export type DatasetWords = z.infer<typeof datasetWordsSchema>;

export interface DatasetDetails extends DatasetSummary, DatasetWords {
  readonly columns: readonly ColumnStatistics[];
  /** False: `columns` tell no figures of values, because counting them takes a while; `statistics` does. */
  readonly areCounted: boolean;
  readonly target: string;
  /** Names of the columns that a model reads. */
  readonly inputs: readonly string[];
  /** The files say which example belongs to which part: `predefined` is possible. */
  readonly hasParts: boolean;
  readonly split: SplitChoice;
  readonly splitSizes: { readonly train: number; readonly val: number; readonly test: number };
  readonly remarks: readonly string[];
  readonly versions: readonly DatasetVersion[];
  /** A pipeline of engine/data/augment, or null. */
  readonly augmentation: unknown;
}

/** Pixels of some images, for a canvas: RGBA, one image after the other. */
export interface ImageBlock {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** The example of each image and its class (−1: none). */
  readonly examples: Int32Array;
  readonly classes: Int32Array;
  /** The part of each image: 0 train, 1 val, 2 test. */
  readonly parts: Uint8Array;
  /** Images that the query leaves. */
  readonly total: number;
}

export type CellValue = string | number | null;
export interface RowBlock {
  readonly columns: readonly string[];
  /** The example number of each row. */
  readonly examples: Int32Array;
  /** The part of each row: 0 train, 1 val, 2 test. */
  readonly parts: Uint8Array;
  /** Long texts are cut, with an ellipsis; `example` has them whole. */
  readonly rows: readonly (readonly CellValue[])[];
  /** Rows that the filter leaves. */
  readonly total: number;
}

export const partNames = ['train', 'val', 'test'] as const;

/** Which examples, in which order; all parts are optional. */
export const exampleQuerySchema = z.object({
  part: z.enum(partNames).optional(),
  /** Class by number. */
  class: z.int().min(0).optional(),
  /** Contained in some cell, without regard to case. */
  search: z.string().max(500).optional(),
  sort: z.object({ column: z.string(), descending: z.boolean() }).optional(),
  /** These and no others, in this order. */
  examples: z.custom<Int32Array>((value) => value instanceof Int32Array, 'must be an Int32Array').optional(),
});
export type ExampleQuery = z.infer<typeof exampleQuerySchema>;

export interface PreviewColumn {
  readonly name: string;
  /** What was found; the person may choose another. */
  readonly type: 'number' | 'category' | 'text' | 'date' | 'ignored';
  readonly role: 'input' | 'target' | 'ignored';
  readonly missing: number;
  readonly distinct: number;
  readonly samples: readonly string[];
  /** Types that the values can be read as. */
  readonly possible: readonly ('number' | 'category' | 'text' | 'date')[];
}

export interface ImportPreview {
  readonly path: string;
  readonly format: 'csv' | 'parquet' | 'jsonl' | 'json' | 'idx' | 'imageFolder' | 'npy' | 'npz' | 'text' | 'dataset';
  readonly suggestedName: string;
  readonly kind: DataKind;
  readonly task: DataTask;
  /** Known or estimated; null when unknown before reading. */
  readonly count: number | null;
  readonly bytes: number;
  /** Of tables; empty otherwise. */
  readonly columns: readonly PreviewColumn[];
  /** The first rows of a table as text. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Of image folders: classes and how many files each has. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** Some images, for a look. */
  readonly images: ImageBlock | null;
  /** The start of a text. */
  readonly excerpt: string | null;
  /** Column to predict, among `columns`; null where there is none to choose. */
  readonly target: string | null;
  /** Of images: the size that they will have; null for other kinds. */
  readonly image: { readonly width: number; readonly height: number; readonly channels: 1 | 3 } | null;
  /** How a CSV file was read; null for other formats. */
  readonly csv: { readonly delimiter: string; readonly header: boolean; readonly encoding: string } | null;
  /** Characters of a window of a text; null for other kinds. */
  readonly windowLength: number | null;
  /** Examples of each part that the files name; null where they name none. */
  readonly parts: { readonly train: number; readonly val: number; readonly test: number } | null;
  /** Rows of a table that do not have as many fields as the others, by line (the first 100). */
  readonly brokenLines: readonly number[];
  /** A data set of this name is in the workspace: importing makes a new version of it. Its id. */
  readonly replaces: string | null;
  /** Why it cannot be imported with these options, or null. */
  readonly obstacle: string | null;
  readonly remarks: readonly string[];
}

export const importOptionsSchema = z.object({
  name: z.string().min(1).max(200).optional(),
  target: z.string().optional(),
  task: z.enum(['classification', 'regression', 'languageModel', 'forecast']).optional(),
  /** By column of a table. */
  types: z.record(z.string(), z.enum(['number', 'category', 'text', 'date', 'ignored'])).optional(),
  /** Images are resized to this. */
  image: z
    .object({
      width: z.int().min(1).max(4096),
      height: z.int().min(1).max(4096),
      channels: z.union([z.literal(1), z.literal(3)]),
    })
    .optional(),
  /** Characters of a window of a text. */
  windowLength: z.int().min(2).max(100_000).optional(),
  delimiter: z.string().length(1).optional(),
  header: z.boolean().optional(),
  /** Of a CSV or text file; left out: found from its bytes. */
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
  /** Rows of a table with too few or too many fields are left out; otherwise they are a fault. */
  leaveOutBroken: z.boolean().optional(),
  split: splitSchema.optional(),
});
export type ImportOptions = z.infer<typeof importOptionsSchema>;

export interface LongProgress {
  /** What is being done, in words: «reading images». */
  readonly stage: string;
  readonly done: number;
  /** 0 when unknown. */
  readonly total: number;
}

export interface LeakReport {
  /** Pairs of equal (or nearly equal) examples in different parts, the first 200; exact ones first. */
  readonly pairs: readonly {
    readonly one: number;
    readonly other: number;
    readonly parts: readonly [string, string];
    readonly exact: boolean;
  }[];
  /** Examples of val and test that also stand in the training part. */
  readonly leaked: number;
  readonly checked: number;
  /** Examples that equal an earlier one, in whatever part. */
  readonly duplicates: number;
  /** Groups of examples that are equal or nearly so and stand in several parts, the first 100; largest first. */
  readonly groups: readonly Int32Array[];
  /** What nearly equal means here, in words; null where only exact equality was looked for. */
  readonly nearRule: string | null;
}

const id = z.string().min(1).max(200);
const path = z.string().min(1).max(4000);

export const datasetsService = defineService('datasets', {
  methods: {
    list: method<readonly DatasetSummary[]>()(z.object({})),
    details: method<DatasetDetails, LongProgress>()(z.object({ id })),
    /** The columns of `details` with all figures; kept once they are known. */
    statistics: method<readonly ColumnStatistics[], LongProgress>()(z.object({ id })),
    /** At most 1,024 images; scaled down to fit `size` (pixels) where that is given. */
    images: method<ImageBlock>()(
      z.object({
        id,
        query: exampleQuerySchema.default({}),
        from: z.int().min(0),
        count: z.int().min(1).max(1024),
        size: z.int().min(8).max(1024).optional(),
      }),
    ),
    /** A few images of each class, small, for lists; null where the data set has none. Quick: kept on disk. */
    thumbnails: method<ImageBlock | null>()(z.object({ id })),
    /** How many examples a query leaves, and how many of each class (in the order of the classes; empty without). */
    count: method<{ readonly total: number; readonly classCounts: readonly number[] }>()(
      z.object({ id, query: exampleQuerySchema.default({}) }),
    ),
    /** The numbers of all examples that a query leaves, in its order; of a part in the order of training. */
    examples: method<{ readonly examples: Int32Array }>()(z.object({ id, query: exampleQuerySchema.default({}) })),
    rows: method<RowBlock>()(
      z.object({ id, query: exampleQuerySchema.default({}), from: z.int().min(0), count: z.int().min(1).max(1000) }),
    ),
    /** One example of any kind, whole: cells by column, its image, its text. */
    example: method<{
      readonly cells: Readonly<Record<string, CellValue>>;
      readonly image: ImageBlock | null;
      readonly part: string;
    }>()(z.object({ id, example: z.int().min(0) })),
    preview: method<ImportPreview, LongProgress>()(z.object({ path, options: importOptionsSchema.default({}) })),
    import: method<DatasetSummary, LongProgress>()(z.object({ path, options: importOptionsSchema.default({}) })),
    describe: method()(z.object({ id, words: datasetWordsSchema })),
    rename: method()(z.object({ id, name: z.string().min(1).max(200) })),
    /** Can be taken back with `restore` until the workspace is closed. */
    remove: method()(z.object({ id })),
    restore: method()(z.object({ id })),
    /** Another target or other inputs: a new version. */
    setRoles: method<DatasetDetails>()(
      z.object({
        id,
        target: z.string(),
        inputs: z.array(z.string()),
        task: z.enum(['classification', 'regression', 'forecast', 'languageModel']).optional(),
      }),
    ),
    setSplit: method<DatasetDetails>()(z.object({ id, split: splitSchema })),
    /** Goes back (or forth) to one of `details.versions`. */
    useVersion: method<DatasetDetails>()(z.object({ id, hash: z.string().min(1).max(100) })),
    /** What its versions are, what they take on disk, and which runs need them. */
    versions: method<KeptVersions>()(z.object({ id })),
    /**
     * Deletes versions for good, with the files that no other version shares. The one in use stays (`data.version`), and so do those
     * that runs need unless `evenNeeded`.
     */
    removeVersions: method<{ readonly bytes: number }>()(
      z.object({ id, hashes: z.array(z.string().min(1).max(100)).min(1), evenNeeded: z.boolean().default(false) }),
    ),
    /** What a split would be, without keeping it. */
    trySplit: method<{
      readonly sizes: { readonly train: number; readonly val: number; readonly test: number };
      readonly classCounts: readonly {
        readonly name: string;
        readonly train: number;
        readonly val: number;
        readonly test: number;
      }[];
    }>()(z.object({ id, split: splitSchema })),
    checkLeakage: method<LeakReport, LongProgress>()(z.object({ id })),
    setAugmentation: method()(z.object({ id, pipeline: z.json().nullable() })),
  },
  events: {
    /** Data sets came, went or changed. */
    changed: event<{ readonly ids: readonly string[] }>(),
  },
});
