// The worker's end of the protocol with the main side: one job in, events and one result or fault out.
import { faultOf } from '../contract/fault.js';
import type { WorkerJob } from '../contract/worker.js';
import { readJobColumns } from './columnFiles.node.js';
import type { JobChannel, JobWork } from './jobChannel.js';
import { EventWindow } from './eventWindow.js';
import { JobControl } from './jobControl.js';
import { parentProcess } from './parentProcess.node.js';

/** Waits for the job, works, answers, and ends the process; also ends when the parent is gone. */
export function serveJobs(work: JobWork): void {
  const parent = parentProcess();
  const events = new EventWindow((event) => parent.post({ type: 'event', event }));
  const control = new JobControl(events.handled);
  const { stopped, paused, changed } = control;
  const channel: JobChannel = { send: events.send, stopped, paused, changed };
  const start = async (job: WorkerJob): Promise<void> => {
    try {
      await readJobColumns(job);
      const result = await work(job, channel);
      await events.sent;
      await parent.post({ type: 'result', result });
    } catch (error) {
      // Without a parent there is nobody to tell.
      if (!parent.isThere()) process.exit();
      await parent.post({ type: 'fault', fault: faultOf(error) }).catch(() => process.exit());
    }
    parent.leave();
  };
  parent.onMessage((message) => {
    if (message.type === 'start') void start(message.job);
    else control.hear(message.type);
  });
  leaveSignalsToParent();
}

/** Answers jobs one after the other, in their order, until the parent is gone. */
export function serveManyJobs(work: (job: WorkerJob) => unknown): void {
  const parent = parentProcess();
  parent.onMessage((message) => {
    if (message.type !== 'start') return;
    try {
      void parent.post({ type: 'result', result: work(message.job) });
    } catch (error) {
      void parent.post({ type: 'fault', fault: faultOf(error) });
    }
  });
  leaveSignalsToParent();
}

/** The terminal sends its signals to the whole group: the parent decides, and asks with `stop`. */
function leaveSignalsToParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
}
