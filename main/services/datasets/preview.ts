// The form of a preview; what a kind of data has nothing to say about stays empty.
import { basename } from 'node:path';
import type { ImportPreview } from '../../../contract/services/datasets.js';
import type { Format } from './detectFormat.js';
import { nameOf } from './nameOf.js';

/** Whether something of this name is replaced is known to the workspace alone. */
export type Preview = Omit<ImportPreview, 'replaces'>;

export function emptyPreview(path: string, format: Format, bytes: number): Preview {
  return {
    path,
    format,
    suggestedName: nameOf(basename(path)),
    kind: 'tabular',
    task: 'classification',
    count: null,
    bytes,
    columns: [],
    rows: [],
    classes: [],
    images: null,
    excerpt: null,
    target: null,
    image: null,
    csv: null,
    windowLength: null,
    parts: null,
    brokenLines: [],
    obstacle: null,
    remarks: [],
  };
}
