// Checks and costs of trainings from a process that stays for a while: a form asks often. Answers come in the order of the questions.
import type { PlanJob, PlanResult } from '../../../contract/jobs.js';
import { faultCodes } from '../../../contract/fault.js';
import type { FromWorker } from '../../../contract/worker.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { WorkerError, type Launch, type WorkerProcess } from '../launcher.js';

interface Question {
  resolve(result: PlanResult): void;
  reject(error: Error): void;
}

/** Milliseconds after the last answer until the process is let go. */
const idleTime = 60_000;

export class TrainingPlanner {
  private worker: WorkerProcess | undefined;
  private questions: Question[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Of the last questions, by the caller's key. */
  private readonly known = new Map<string, Promise<PlanResult>>();

  constructor(private readonly launch: Launch) {}

  /** `key` says all that the answer depends on. @throws WorkerError when the process dies */
  plan(key: string, job: Omit<PlanJob, 'kind'>): Promise<PlanResult> {
    const known = this.known.get(key);
    if (known) return known;
    const asked = this.ask({ kind: 'plan', ...job });
    this.known.set(key, asked);
    asked.catch(() => this.known.delete(key));
    if (this.known.size > 32) this.known.delete([...this.known.keys()][0]!);
    return asked;
  }

  close(): void {
    clearTimeout(this.timer);
    this.worker?.kill();
    this.worker = undefined;
  }

  private ask(job: PlanJob): Promise<PlanResult> {
    clearTimeout(this.timer);
    const worker = (this.worker ??= this.start());
    return new Promise((resolve, reject) => {
      this.questions.push({ resolve, reject });
      worker.send({ type: 'start', job });
    });
  }

  private start(): WorkerProcess {
    const worker = this.launch('plan.node');
    worker.onMessage((raw) => {
      const message = raw as FromWorker<never, PlanResult>;
      const question = this.questions.shift();
      if (message.type === 'result') question?.resolve(message.result);
      else if (message.type === 'fault') question?.reject(new WorkerError(message.fault));
      if (this.questions.length === 0) this.rest();
    });
    void worker.exited.then(() => this.lost(worker));
    return worker;
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), idleTime);
    this.timer.unref();
  }

  private lost(worker: WorkerProcess): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    const { questions } = this;
    this.questions = [];
    for (const question of questions)
      question.reject(
        new EngineError(
          faultCodes.workerCrashed,
          'Planner: its process ended before it had answered. The model may be too large for the memory of this computer.',
        ),
      );
  }
}
