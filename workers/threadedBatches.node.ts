// Batches from a thread of their own: onnxruntime computes on the calling thread, so nothing is prepared meanwhile otherwise.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../engine/ir/diagnostic.js';
import { tensorsOver, type BatchLayout } from './batchLayout.js';
import type { BatchThreadData, FilledBuffer } from './batchMessages.js';
import { producedLayout } from './batchProducer.js';
import {
  batchesHere,
  preparationTime,
  type BatchRequest,
  type BatchSource,
  type PreparedBatch,
} from './batchSource.js';
import { shareColumns } from './shareColumns.js';

/** One batch in use, two ahead: a slow step of the thread does not stop the training at once. */
const depth = 3;
/** Below this many microseconds a batch, handing it over costs as much as making it. */
const worthwhile = 200;

/** In a thread where that pays, else here. The entry of the thread is looked for beside the running code. */
export function preparedBatches(request: BatchRequest): BatchSource {
  const entry = preparationTime(request) < worthwhile ? undefined : threadEntry();
  return entry === undefined ? batchesHere(request) : new ThreadedBatches(request, entry);
}

/** The built chunks may lie one folder deeper than the entries. */
function threadEntry(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return [here, dirname(here)].map((folder) => join(folder, 'batchThread.node.js')).find((file) => existsSync(file));
}

export class ThreadedBatches implements BatchSource {
  private readonly worker: Worker;
  private readonly layout: BatchLayout;
  private readonly ready: FilledBuffer[] = [];
  private used: ArrayBuffer | undefined;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  /** Moves the data set's numbers into shared memory. */
  constructor({ data, examples, augmented, plan, step, random, seed }: BatchRequest, entry: string) {
    shareColumns(data.dataSet);
    const { dataSet, preprocessing } = data;
    const { options } = plan;
    const workerData: BatchThreadData = { dataSet, preprocessing, plan: options, augmented, step, random, seed, depth };
    this.layout = producedLayout(examples, plan.options.batchSize, random);
    this.worker = new Worker(entry, { workerData });
    this.worker.on('message', (message: FilledBuffer) => {
      this.ready.push(message);
      this.wake?.();
    });
    this.worker.on('error', (error) => this.fail(error instanceof Error ? error.message : String(error)));
    this.worker.on('exit', (code) => this.fail(`it ended with exit code ${code}`));
  }

  /** @throws EngineError `train.batches` when the thread has ended */
  async next(): Promise<PreparedBatch> {
    if (this.used) this.worker.postMessage(this.used, [this.used]);
    this.used = undefined;
    while (this.ready.length === 0) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const { buffer, filled } = this.ready.shift()!;
    this.used = buffer;
    return { tensors: tensorsOver(this.layout, buffer), filled };
  }

  async dispose(): Promise<void> {
    this.fail('it was ended');
    this.ready.length = 0;
    await this.worker.terminate();
  }

  private fail(why: string): void {
    this.failure ??= new EngineError('train.batches', `Batches: the thread that prepares them failed: ${why}`);
    this.wake?.();
  }
}
