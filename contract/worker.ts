// The protocol between the main side and a worker process: one start, perhaps pauses and a stop; events, each
// answered when it has been handled, then one result or one fault.
import type { Fault } from './fault.js';
import type { TrainJob } from './training.js';
import type {
  BenchJob,
  CheckGradientsJob,
  DevicesJob,
  EvaluateJob,
  ExamineJob,
  ExportJob,
  GradientsJob,
  MeasureJob,
  PlanJob,
  PredictJob,
  ViewModelJob,
} from './jobs.js';

export type WorkerJob =
  | TrainJob
  | EvaluateJob
  | PredictJob
  | ExamineJob
  | GradientsJob
  | ExportJob
  | CheckGradientsJob
  | BenchJob
  | DevicesJob
  | ViewModelJob
  | PlanJob
  | MeasureJob;

export type ToWorker =
  | { readonly type: 'start'; readonly job: WorkerJob }
  /** Finish the current step, send what must not be lost, end. A worker ends by itself when the channel closes. */
  | { readonly type: 'stop' }
  /** Finish the steps that are under way, keep everything, and wait; `resume` or `stop` ends that. */
  | { readonly type: 'pause' | 'resume' }
  /** The oldest event that was not answered yet has been handled: a worker has only so many on their way. */
  | { readonly type: 'handled' };

/** `Event` and `Result` are those of the job. Messages are structured clones. */
export type FromWorker<Event, Result> =
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'fault'; readonly fault: Fault };
