// The worker's end of the protocol with the main side: one job in, events and one result or fault out.
import { faultOf } from '../contract/fault.js';
import type { FromWorker, ToWorker, WorkerJob } from '../contract/worker.js';
import type { JobChannel, JobWork } from './jobChannel.js';
import { JobControl } from './jobControl.js';

/** Waits for the job, works, answers, and ends the process; also ends when the parent is gone. */
export function serveJobs(work: JobWork): void {
  const control = new JobControl();
  const post = (message: FromWorker<unknown, unknown>): Promise<void> =>
    new Promise((resolve, reject) => {
      process.send!(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
    });
  // An event has been sent when it has left the process.
  const { stopped, paused, changed } = control;
  const channel: JobChannel = { send: (event) => post({ type: 'event', event }), stopped, paused, changed };
  const start = async (job: WorkerJob): Promise<void> => {
    try {
      await post({ type: 'result', result: await work(job, channel) });
    } catch (error) {
      // Without a parent there is nobody to tell.
      if (!process.connected) process.exit();
      await post({ type: 'fault', fault: faultOf(error) }).catch(() => process.exit());
    }
    process.disconnect();
  };
  process.on('message', (message: ToWorker) => {
    if (message.type === 'start') void start(message.job);
    else control.hear(message.type);
  });
  // The terminal sends its signals to the whole group: the parent decides, and asks with `stop`.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
}

/** Answers jobs one after the other, in their order, until the parent is gone. */
export function serveManyJobs(work: (job: WorkerJob) => unknown): void {
  const post = (message: FromWorker<unknown, unknown>): void => void process.send!(message);
  process.on('message', (message: ToWorker) => {
    if (message.type !== 'start') return;
    try {
      post({ type: 'result', result: work(message.job) });
    } catch (error) {
      post({ type: 'fault', fault: faultOf(error) });
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
}
