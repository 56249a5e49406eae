// Starts the work on data sets in a thread of its own, or in this one where there is no build to start a thread from.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { ServiceConnection, ServiceError } from '../../../contract/channel/connectServices.js';
import { portOver, type Posting } from '../../../contract/channel/messagePort.js';
import type { CallContext, CallOptions, Client } from '../../../contract/service.js';
import { faultCodes } from '../../../contract/fault.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { LibraryOptions } from './dataLibrary.js';
import type { DataThreadData } from './dataThread.js';
import { dataWork } from './dataWork.js';

export type DataWorkClient = Client<typeof dataWork>;

export interface StartedDataWork {
  readonly client: DataWorkClient;
  /** Calls that are under way then reject with `call.disconnected`. */
  close(): Promise<void>;
}

/** @param entry of the thread; left out: the built one beside the running code, if there is one */
export function startDataWork(options: LibraryOptions, entry = threadEntry()): StartedDataWork {
  return entry === undefined ? workHere(options) : new DataThread(options, entry);
}

/** The built chunks may lie one folder deeper than the entries. */
function threadEntry(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return [here, dirname(here)].map((folder) => join(folder, 'dataThread.node.js')).find((file) => existsSync(file));
}

type Call = (argument: unknown, options?: CallOptions<unknown>) => Promise<unknown>;

/** A client whose every method is made by `call`. */
function clientOf(call: (name: string) => Call): DataWorkClient {
  const methods = Object.keys(dataWork.methods).map((name) => [name, call(name)]);
  return { ...Object.fromEntries(methods), on: () => () => undefined } as DataWorkClient;
}

const ended =
  'Data sets: the thread that reads them ended before it was done, most likely for want of memory. Close other programs or take smaller data, then try again.';

const closed = 'Data sets: Descent is closing; nothing is read any more.';

/** Milliseconds that calls under way are waited for when the thread is closed. */
const patience = 3000;

/** @returns whether it was done in time */
async function withPatience(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), patience)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Calls under way are waited for when the work is closed; none is taken after that. */
class Calls {
  private readonly underWay = new Set<Promise<unknown>>();
  isClosed = false;

  take(call: () => Promise<unknown>): Promise<unknown> {
    if (this.isClosed) return Promise.reject(new EngineError(faultCodes.cancelled, closed));
    const answer = call();
    this.underWay.add(answer);
    const forget = (): void => void this.underWay.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await withPatience(Promise.allSettled(this.underWay));
  }
}

interface RunningThread {
  readonly worker: Worker;
  readonly client: DataWorkClient;
  readonly exited: Promise<void>;
  hangUp(): void;
}

/** The thread starts with the first call, and again with the next one if it has ended by itself. */
class DataThread implements StartedDataWork {
  readonly client = clientOf((name) => (argument, options) => this.call(name, argument, options));
  private running: RunningThread | undefined;
  private readonly calls = new Calls();

  constructor(
    private readonly options: LibraryOptions,
    private readonly entry: string,
  ) {}

  async close(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await this.calls.close();
    if (!running) return;
    // Without its port the thread has nothing left to wait for. It must end by itself: native libraries that are still at work
    // when a thread is terminated take the whole process with it.
    running.hangUp();
    if (!(await withPatience(running.exited))) await running.worker.terminate();
  }

  private call(name: string, argument: unknown, options?: CallOptions<unknown>): Promise<unknown> {
    // Nobody would end a thread that is started while closing: such a call is not taken.
    return this.calls.take(async () => {
      const thread = (this.running ??= this.start());
      try {
        return await (thread.client as unknown as Record<string, Call>)[name]!(argument, options);
      } catch (error) {
        const isGone = error instanceof ServiceError && error.code === faultCodes.disconnected;
        // A thread that was ended by close() is nobody's fault.
        throw isGone && !this.isRunning(thread) && !this.calls.isClosed ? new EngineError('data.thread', ended) : error;
      }
    });
  }

  private isRunning(thread: RunningThread): boolean {
    return this.running === thread;
  }

  private start(): RunningThread {
    const { port1, port2 } = new MessageChannel();
    const workerData: DataThreadData = { options: this.options, port: port2 };
    const worker = new Worker(this.entry, { workerData, transferList: [port2] });
    const client = new ServiceConnection(portOver(port1 as unknown as Posting)).client(dataWork);
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const started = { worker, client, exited, hangUp: () => port1.close() };
    const end = (): void => {
      if (this.running === started) this.running = undefined;
      port1.close();
    };
    worker.once('error', end);
    worker.once('exit', end);
    return started;
  }
}

type Methods = Readonly<Record<string, (argument: unknown, context: CallContext<unknown>) => unknown>>;

/** Loaded on demand: the main process of a build never needs the readers. */
function workHere(options: LibraryOptions): StartedDataWork {
  const implementation = import('./makeDataWork.js').then(({ makeDataWork }) => makeDataWork(options));
  const never = new AbortController().signal;
  const calls = new Calls();
  const client = clientOf((name) => (argument, { signal, onProgress } = {}) => {
    const context: CallContext<unknown> = {
      signal: signal ?? never,
      progress: (value) => onProgress?.(value),
      caller: 'main',
    };
    return calls.take(async () => ((await implementation) as unknown as Methods)[name]!(argument, context));
  });
  return { client, close: () => calls.close() };
}
