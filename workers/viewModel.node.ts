// The process that reads ONNX files for the viewer: large ones take seconds, and foreign bytes stay out of the main process.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ViewModelResult } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { viewModel } from '../engine/training/viewModel.js';
import { serveJobs } from './jobChannel.node.js';

serveJobs((job) => {
  if (job.kind !== 'viewModel')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const file = { file: basename(job.path), bytes: readFileSync(job.path) };
  // Shapes are shown, no numbers: files with external data are not opened at all.
  const readRange = (_location: string, _offset: number, length: number): Uint8Array => new Uint8Array(length);
  return Promise.resolve(viewModel(file, { readRange }) satisfies ViewModelResult);
});
