// What a job has of its host while it works; `jobChannel.node.ts` and `jobChannel.web.ts` serve jobs over it.
import type { WorkerJob } from '../contract/worker.js';

export interface JobChannel {
  /** Resolves when the next event may be sent, so that a fast worker does not pile them up. */
  readonly send: (event: unknown) => Promise<void>;
  /** Whether the host has asked to stop. */
  readonly stopped: () => boolean;
  /** Whether it has asked to wait. */
  readonly paused: () => boolean;
  /** Resolves when the host next asks for something. */
  readonly changed: () => Promise<void>;
}

/** Does one job; what it resolves to is the job's result. */
export type JobWork = (job: WorkerJob, channel: JobChannel) => Promise<unknown>;
