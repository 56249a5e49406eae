// How services start workers: a host hands in a launcher, so that services know neither files nor kinds of processes.
import type { FromWorker, ToWorker, WorkerJob } from '../../contract/worker.js';
import { faultCodes, type Fault } from '../../contract/fault.js';

/** How a worker process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface WorkerProcess {
  send(message: ToWorker): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Resolves once, after the last message was delivered. */
  readonly exited: Promise<WorkerExit>;
  /** Ends it at once. */
  kill(): void;
  /** Of a worker that is a process of this machine. */
  readonly pid?: number | undefined;
  /** Brings columns that lie in files into the data of a job, in place, for a worker that cannot read files itself. */
  readonly fill?: ((data: unknown) => Promise<void>) | undefined;
}

/** Starts the built entry `<entry>.js`, as `train.node`. */
export type Launch = (entry: string) => WorkerProcess;

/** An error that was a fault in another process. */
export class WorkerError extends Error {
  readonly code: string;
  readonly place: Fault['place'];

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'WorkerError';
    this.code = fault.code;
    this.place = fault.place;
  }
}

export interface WorkerTask<Event> {
  readonly entry: string;
  readonly job: WorkerJob;
  /** Called in order; an event is handled before the next is. A failure ends the worker. */
  readonly onEvent: (event: Event) => void | Promise<void>;
  /** When aborted the worker is asked to stop; it ends by itself. */
  readonly signal?: AbortSignal | undefined;
  /** Called once when the job has been handed over: what makes it wait and go on. */
  readonly onStart?: ((control: WorkerControl) => void) | undefined;
}

/** Does nothing once the worker has ended. */
export interface WorkerControl {
  pause(): void;
  resume(): void;
}

/**
 * Runs one job in a worker of its own.
 * @returns the job's result
 * @throws WorkerError with the worker's fault; `worker.crashed` when the process ended without a word
 */
export async function runInWorker<Event, Result>(launch: Launch, task: WorkerTask<Event>): Promise<Result> {
  const worker = launch(task.entry);
  const stop = (): void => worker.send({ type: 'stop' });
  try {
    const ended = settle<Event, Result>(worker, task);
    await handOver(worker, task.job, ended);
    task.onStart?.({ pause: () => worker.send({ type: 'pause' }), resume: () => worker.send({ type: 'resume' }) });
    if (task.signal?.aborted) stop();
    else task.signal?.addEventListener('abort', stop, { once: true });
    return await ended;
  } finally {
    task.signal?.removeEventListener('abort', stop);
    worker.kill();
  }
}

/** Returns as soon as the worker has ended, too: whoever waits for that is told why. */
async function handOver(worker: WorkerProcess, job: WorkerJob, ended: Promise<unknown>): Promise<void> {
  if (worker.fill && 'data' in job) {
    const filled = worker.fill(job.data);
    const isHere = await Promise.race([
      filled.then(() => true),
      ended.then(
        () => false,
        () => false,
      ),
    ]);
    if (!isHere) return;
  }
  worker.send({ type: 'start', job });
}

/** Handles messages one after the other and settles with the last of them. */
function settle<Event, Result>(worker: WorkerProcess, task: WorkerTask<Event>): Promise<Result> {
  return new Promise((resolve, reject) => {
    let handled = Promise.resolve();
    let failed = false;
    const inOrder = (work: () => unknown): void => {
      handled = handled
        .then(async () => {
          // What the worker still sends belongs to nobody.
          if (!failed) await work();
        })
        .catch((error: unknown) => {
          failed = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        });
    };
    worker.onMessage((raw) => {
      // A worker is our own code, started by us: its messages have the types that it was compiled with.
      const message = raw as FromWorker<Event, Result>;
      if (message.type === 'event')
        inOrder(async () => {
          await task.onEvent(message.event);
          worker.send({ type: 'handled' });
        });
      else if (message.type === 'result') inOrder(() => resolve(message.result));
      else inOrder(() => reject(new WorkerError(message.fault)));
    });
    void worker.exited.then((exit) => inOrder(() => reject(new WorkerError(crash(task.entry, exit)))));
  });
}

/** The code of a worker whose window went. */
export const windowClosed = 'worker.windowClosed';

function crash(entry: string, { code, signal }: WorkerExit): Fault {
  if (signal === 'window closed')
    return {
      code: windowClosed,
      message: 'The window that was computing was closed. The last checkpoint is kept: continue the run from it.',
    };
  const how = signal === null ? `with exit code ${String(code)}` : `by signal ${signal}`;
  const hint = signal === 'SIGKILL' ? ' The system may have run out of memory: try a smaller batch.' : '';
  return {
    code: faultCodes.workerCrashed,
    message: `Worker '${entry}': it ended ${how} before its job was done.${hint}`,
  };
}
