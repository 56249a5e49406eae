// What tells one version of a data set from another: its content, how that is read, the roles, and the split.
import { createHash } from 'node:crypto';
import type { DataSetDescription, Reader } from './description.js';

type Versioned = Pick<DataSetDescription, 'reader' | 'task' | 'target' | 'inputs' | 'split'>;

/** Everything but the bytes of files: a hash goes over those first. Where arrays lie in a folder does not matter. */
export function identityOf({ reader, task, target, inputs, split }: Versioned): string {
  const { method, fractions, seed, groupBy, keepEqual } = split;
  const { train, val, test } = fractions;
  const parts = [method, train, val, test, seed, groupBy ?? null, ...(keepEqual ? ['keepEqual'] : [])];
  return JSON.stringify([contentOf(reader), task, target, inputs, ...parts]);
}

function contentOf(reader: Reader): unknown {
  if (reader.kind !== 'stored' || reader.content === undefined) return reader;
  const columns = reader.columns.map((column) => ({
    ...column,
    file: '',
    ...('offsets' in column && { offsets: '' }),
  }));
  return { content: reader.content, columns, hasParts: reader.parts !== undefined };
}

/** The hash of a version without reading its arrays; undefined where they would have to be read. */
export function versionHash(description: DataSetDescription): string | undefined {
  const { reader, target, inputs } = description;
  if (reader.kind !== 'stored' || reader.content === undefined || target === undefined || !inputs) return undefined;
  return createHash('sha256').update(identityOf(description)).digest('hex');
}
