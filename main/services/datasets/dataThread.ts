// The entry of the thread that works on data sets: serves `dataWork` over the port that it is given.
import { workerData, type MessagePort } from 'node:worker_threads';
import { portOver, type Posting } from '../../../contract/channel/messagePort.js';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import type { LibraryOptions } from './dataLibrary.js';
import { dataWork } from './dataWork.js';
import { makeDataWork } from './makeDataWork.js';

export interface DataThreadData {
  readonly options: LibraryOptions;
  readonly port: MessagePort;
}

const { options, port } = workerData as DataThreadData;
const hub = new ServiceHub();
hub.add(dataWork, makeDataWork(options));
hub.connect(portOver(port as unknown as Posting));
