// `dataset.json`: how a folder of files becomes a data set. Paths are relative to the folder of the description.
import { z } from 'zod';
import { dataKinds, taskKinds } from '../../../engine/data/dataSet.js';
import { preprocessingOptionsSchema } from '../../../engine/data/preprocessing.js';
import type { SplitChoice } from '../../../contract/services/datasets.js';
import { splitOptionsSchema, type SplitOptions } from '../../../engine/data/split.js';
import { encodings } from './textFile.js';

const fileName = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (name) => !/^([/\\]|[a-zA-Z]:)|(^|[/\\])\.\.([/\\]|$)|\0/.test(name),
    'must stay inside the folder of the description',
  );
const label = z.string().max(1000);
const side = z.int().min(1).max(10_000);

/** Dates become days since 1970-01-01 (UTC). */
export const cellTypes = ['number', 'category', 'text', 'date', 'ignored'] as const;

const csvReader = z.strictObject({
  kind: z.literal('csv'),
  file: fileName,
  /** Left out: found from the first line. */
  delimiter: z.string().length(1).optional(),
  /** Lines before the header or the first row. */
  skip: z.int().min(0).max(1000).optional(),
  /** Whether a line of column names follows; left out: found from the first lines. */
  header: z.boolean().optional(),
  names: z.array(label.min(1)).optional(),
  /** Fields that mean «missing», besides the empty one. */
  missing: z.array(label).optional(),
  types: z.record(z.string(), z.enum(cellTypes)).optional(),
  /** Left out: found from the bytes. */
  encoding: z.enum(encodings).optional(),
  /** Rows with too few or too many fields are left out and told; else they are a fault. */
  leaveOutBroken: z.boolean().optional(),
  /** What the values of a category column are called. */
  labels: z.record(z.string(), z.record(z.string(), label)).optional(),
  /** New category columns from dates (ISO 8601). */
  derive: z.record(z.string(), z.strictObject({ from: label, part: z.enum(['month', 'weekday', 'year']) })).optional(),
});

/** A table whose file tells names and types of its columns. */
const typedTable = { file: fileName, types: z.record(z.string(), z.enum(cellTypes)).optional() };

const part = z.strictObject({ examples: fileName, labels: fileName });

const stored = { name: z.string(), file: fileName };

/** What importing writes: every column as it is in memory, one NPY file (texts: two) each, in order. */
const storedReader = z.strictObject({
  kind: z.literal('stored'),
  columns: z.array(
    z.discriminatedUnion('type', [
      /** float64 [count]; NaN where missing; dates as days since 1970-01-01 (UTC). */
      z.strictObject({ type: z.literal('number'), ...stored, isDate: z.literal(true).optional() }),
      /** int32 [count], codes into `categories`; −1 where missing. */
      z.strictObject({ type: z.literal('category'), ...stored, categories: z.array(z.string()) }),
      /** uint8, the UTF-8 bytes of all texts; text i lies from `offsets`[i] to [i + 1], int32 [count + 1]. */
      z.strictObject({ type: z.literal('text'), ...stored, offsets: fileName }),
      /** [count, …] of any element type. */
      z.strictObject({ type: z.literal('array'), ...stored }),
      /** int32, Unicode code points. */
      z.strictObject({
        type: z.literal('windows'),
        ...stored,
        length: z.int().min(1).max(100_000),
        stride: z.int().min(1),
      }),
    ]),
  ),
  /** uint8 [count]: 0 train, 1 val, 2 test. */
  parts: fileName.optional(),
  /** SHA-256, hexadecimal, of the bytes of all arrays: they never change, so that loading need not hash them again. */
  content: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export const readerSchema = z.discriminatedUnion('kind', [
  csvReader,
  z.strictObject({ kind: z.literal('parquet'), ...typedTable }),
  /** A list of objects, or one object a line. */
  z.strictObject({ kind: z.literal('json'), ...typedTable }),
  storedReader,
  z.strictObject({
    kind: z.literal('idx'),
    parts: z.strictObject({ train: part, val: part.optional(), test: part.optional() }),
    classes: z.array(label).optional(),
  }),
  z.strictObject({
    kind: z.literal('tiles'),
    file: fileName,
    tileWidth: side,
    tileHeight: side,
    rowsPerClass: side,
    classes: z.array(label),
  }),
  z.strictObject({
    kind: z.literal('imageFolder'),
    /** A folder, or a ZIP archive of one. */
    folder: fileName.optional(),
    width: side,
    height: side,
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  z.strictObject({
    kind: z.literal('text'),
    file: fileName,
    length: z.int().min(1).max(100_000),
    stride: z.int().min(1).optional(),
    encoding: z.enum(encodings).optional(),
  }),
  /** `columns`: a file each; categories of integer labels are named by `categories`. */
  z.strictObject({
    kind: z.literal('npy'),
    columns: z.record(
      z.string(),
      z.strictObject({
        file: fileName,
        entry: label.optional(),
        categories: z.array(label).optional(),
        /** Of single numbers; left out: categories where they are whole. */
        type: z.enum(['number', 'category']).optional(),
        /** How the axes of images lie behind the first; they become channels × height × width. */
        layout: z.enum(['hw', 'hwc', 'chw']).optional(),
        /** More examples, which belong to other parts; the first file's belong to training then. */
        also: z
          .array(z.strictObject({ part: z.enum(['val', 'test']), file: fileName, entry: label.optional() }))
          .optional(),
      }),
    ),
    parts: fileName.optional(),
  }),
]);
export type Reader = z.infer<typeof readerSchema>;
export type ReaderOf<K extends Reader['kind']> = Reader & { kind: K };

/** A split as the window gets it: what is left out is not there. */
export function splitChoiceOf({ groupBy, keepEqual, ...rest }: SplitOptions): SplitChoice {
  return { ...rest, ...(groupBy !== undefined && { groupBy }), ...(keepEqual === true && { keepEqual }) };
}

export const descriptionSchema = z.object({
  version: z.literal(1),
  name: z.string().min(1).max(200),
  title: z.string().optional(),
  source: z.string().optional(),
  licence: z.string().optional(),
  notes: z.string().optional(),
  kind: z.enum(dataKinds),
  task: z.enum(taskKinds),
  reader: readerSchema,
  /** Left out: the reader's own (images have `label`), or the last column of a table. */
  target: z.string().optional(),
  /** Left out: every column but the target. */
  inputs: z.array(z.string()).optional(),
  split: splitOptionsSchema,
  preprocessing: preprocessingOptionsSchema.optional(),
  /** What was changed when it was imported. */
  remarks: z.array(z.string()).optional(),
});
export type DataSetDescription = z.infer<typeof descriptionSchema>;
