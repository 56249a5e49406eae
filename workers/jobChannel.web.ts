// A web worker's end of the protocol: one job in by `postMessage`, events and one result or fault out.
import { faultCodes, faultOf, type Fault } from '../contract/fault.js';
import type { FromWorker, ToWorker, WorkerJob } from '../contract/worker.js';
import { breathe } from './breathe.js';
import type { JobChannel, JobWork } from './jobChannel.js';
import { EventWindow } from './eventWindow.js';
import { JobControl } from './jobControl.js';

/** What is used of a DedicatedWorkerGlobalScope; its types and those of a window exclude each other. */
interface WorkerScope {
  postMessage(message: FromWorker<unknown, unknown>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: { readonly reason: unknown }) => void): void;
}

/** Waits for the job, works, answers, and ends the worker. It ends with its page, too: the browser sees to that. */
export function serveJobs(work: JobWork): void {
  const scope = globalThis as unknown as WorkerScope;
  const events = new EventWindow((event) => {
    scope.postMessage({ type: 'event', event });
    // A message cannot be waited for; a stop that has arrived is seen in between.
    return breathe();
  });
  const control = new JobControl(events.handled);
  const { stopped, paused, changed } = control;
  const channel: JobChannel = { send: events.send, stopped, paused, changed };
  const end = (message: FromWorker<unknown, unknown>): void => {
    scope.postMessage(message);
    scope.close();
  };
  const start = async (job: WorkerJob): Promise<void> => {
    try {
      const result = await work(job, channel);
      await events.sent;
      end({ type: 'result', result });
    } catch (error) {
      end({ type: 'fault', fault: faultOf(error) });
    }
  };
  scope.addEventListener('message', ({ data }) => {
    if (data.type === 'start') void start(data.job);
    else control.hear(data.type);
  });
  scope.addEventListener('unhandledrejection', ({ reason }) => end({ type: 'fault', fault: crashed(reason) }));
}

/** An error that nobody waited for: what the job would still tell cannot be relied on. */
function crashed(reason: unknown): Fault {
  const { message } = faultOf(reason);
  return { code: faultCodes.workerCrashed, message: `Worker: it failed outside its job: ${message}` };
}
