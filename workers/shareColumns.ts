// Moves the numbers of a data set into shared memory, so that several threads read them without a copy each.
import { numbersField } from '../engine/data/columnFiles.js';
import type { DataSet } from '../engine/data/dataSet.js';

type Numbers = Float64Array | Int32Array | Uint8Array;

/**
 * In place (whoever holds the data set keeps holding it), one column after the other: at no time is more than one of them there twice. Texts, being strings, are copied
 * by whoever sends them.
 */
export function shareColumns({ columns }: DataSet): void {
  for (const column of columns) {
    const name = numbersField(column);
    const holder = column as unknown as Record<string, Numbers>;
    if (name) holder[name] = shared(holder[name]!);
  }
}

function shared(source: Numbers): Numbers {
  if (source.buffer instanceof SharedArrayBuffer) return source;
  const { constructor: ArrayType } = source as unknown as { constructor: new (memory: SharedArrayBuffer) => Numbers };
  const target = new ArrayType(new SharedArrayBuffer(source.byteLength));
  target.set(source);
  return target;
}
