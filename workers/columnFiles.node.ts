// Reads the columns of a job's data from the files that they lie in, into memory that threads share.
import { open } from 'node:fs/promises';
import { EngineError } from '../engine/ir/diagnostic.js';
import { byteSize, viewOf } from '../engine/ir/dtype.js';
import { fillColumns, type Numbers, type NumbersFile } from '../engine/data/columnFiles.js';
import type { DataSet } from '../engine/data/dataSet.js';
import type { WorkerJob } from '../contract/worker.js';

/** @throws EngineError `data.gone` where a file is not there any more, or shorter than it was */
export async function readJobColumns(job: WorkerJob): Promise<void> {
  const { dataSet } = ('data' in job ? job.data : {}) as { readonly dataSet?: DataSet };
  if (dataSet) await fillColumns(dataSet, readNumbers);
}

/** The kernel gives at most 2 GiB at once. */
const mostAtOnce = 2 ** 30;

async function readNumbers({ numbersFile, dtype, offset, length }: NumbersFile): Promise<Numbers> {
  const bytes = new Uint8Array(new SharedArrayBuffer(length * byteSize(dtype)));
  const handle = await open(numbersFile).catch(() => undefined);
  if (!handle) throw gone(numbersFile);
  try {
    for (let done = 0; done < bytes.length;) {
      const wanted = Math.min(mostAtOnce, bytes.length - done);
      const { bytesRead } = await handle.read(bytes, done, wanted, offset + done);
      if (bytesRead === 0) throw gone(numbersFile);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return viewOf(dtype, bytes.buffer, 0, length);
}

function gone(file: string): EngineError {
  return new EngineError(
    'data.gone',
    `${file}: the data are not there as they were; was this version deleted meanwhile? Start the training again.`,
    { path: file },
  );
}
