// IDX files of examples and labels, for up to three parts, as columns.
import { join } from 'node:path';
import type { Hash } from 'node:crypto';
import { allocate } from '../../../engine/ir/dtype.js';
import { element, type Tensor } from '../../../engine/ir/tensor.js';
import type { Column } from '../../../engine/data/dataSet.js';
import { decodeIdx } from './decodeIdx.js';
import type { ReaderOf } from './description.js';
import { dataFault, gibibyte, readMaybeGzip } from './readBounded.js';
import type { Table } from './readDataSet.js';

const mostUnpacked = 2 * gibibyte - 1;

/** @throws EngineError `data.idx`, `data.gzip`, `file.notFound` */
export async function readIdx(folder: string, reader: ReaderOf<'idx'>, hash: Hash): Promise<Table> {
  const images: Tensor[] = [];
  const labels: number[] = [];
  const parts: number[] = [];
  for (const [code, part] of [reader.parts.train, reader.parts.val, reader.parts.test].entries()) {
    if (!part) continue;
    const file = join(folder, part.examples);
    const examples = decodeIdx(await readMaybeGzip(file, mostUnpacked, hash), file);
    const labelFile = join(folder, part.labels);
    const codes = decodeIdx(await readMaybeGzip(labelFile, mostUnpacked, hash), labelFile);
    const count = examples.shape[0]!;
    if (codes.shape.length !== 1 || codes.shape[0] !== count)
      throw dataFault(
        'idx',
        labelFile,
        `must hold one label for each of ${count} examples, got [${codes.shape.join(', ')}]`,
      );
    if (
      images[0] &&
      (images[0].dtype !== examples.dtype || images[0].shape.slice(1).join() !== examples.shape.slice(1).join())
    )
      throw dataFault(
        'idx',
        file,
        `examples must be ${images[0].dtype} [${images[0].shape.slice(1).join(', ')}] as in the training part`,
      );
    images.push(examples);
    for (let at = 0; at < count; at++) labels.push(element(codes, at));
    for (let at = 0; at < count; at++) parts.push(code);
  }
  const categories = reader.classes ?? numberedClasses(labels);
  return {
    columns: [joinArrays(images), { type: 'category', name: 'label', codes: Int32Array.from(labels), categories }],
    // Files of one part only divide nothing.
    ...(images.length > 1 && { parts: Uint8Array.from(parts) }),
  };
}

/** Names `0` to the largest label; a hostile label does not make a list of a billion names. */
export function numberedClasses(labels: Iterable<number>): string[] {
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  return Array.from({ length: Math.min(largest, 65_535) + 1 }, (_, code) => String(code));
}

/** Matrices [h, w] of an example become images of one channel. */
function joinArrays(arrays: readonly Tensor[]): Column {
  const first = arrays[0]!;
  const inner = first.shape.slice(1);
  const total = arrays.reduce((sum, array) => sum + array.data.length, 0);
  const data = allocate(first.dtype, total) as Uint8Array;
  let at = 0;
  for (const array of arrays) {
    data.set(array.data as Uint8Array, at);
    at += array.data.length;
  }
  return { type: 'array', name: 'image', dtype: first.dtype, shape: inner.length === 2 ? [1, ...inner] : inner, data };
}
