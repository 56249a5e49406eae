// The thread that prepares batches beside the training: fills buffers ahead of the steps and gets them back for others.
import { parentPort, workerData } from 'node:worker_threads';
import type { BatchThreadData, FilledBuffer, FreeBuffer } from './batchMessages.js';
import { BatchProducer } from './batchProducer.js';

const data = workerData as BatchThreadData;
const producer = new BatchProducer(data);

function produce(buffer: ArrayBuffer): void {
  const message: FilledBuffer = { buffer, filled: producer.fill(buffer) };
  parentPort!.postMessage(message, [buffer]);
}

parentPort!.on('message', (buffer: FreeBuffer) => produce(buffer));
for (let made = 0; made < data.depth; made++) produce(new ArrayBuffer(producer.layout.byteLength));
