// The page of the browser tests: starts built web workers through the services' own protocol, and shows what they tell.
import type { TrainerEvent, TrainJob } from '../../contract/training.js';
import type { WorkerJob } from '../../contract/worker.js';
import { runInWorker, type WorkerExit, type WorkerProcess } from '../../main/services/launcher.js';
import { rings } from '../workers/ringsData.js';

/** The web worker as services know workers. A worker that closes itself says so to nobody: its last message ends it. */
function webLauncher(entry: string): WorkerProcess {
  const worker = new Worker(entry.startsWith('/') ? entry : `/web/${entry}.js`, { type: 'module' });
  let exit: (how: WorkerExit) => void;
  const exited = new Promise<WorkerExit>((resolve) => (exit = resolve));
  worker.onerror = ({ message }) => {
    console.error(message);
    exit({ code: 1, signal: null });
  };
  return {
    exited,
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => (worker.onmessage = ({ data }: MessageEvent<unknown>) => listener(data)),
    kill: () => {
      worker.terminate();
      exit({ code: null, signal: 'SIGKILL' });
    },
  };
}

/** What a job told, without tensors: those travel as lists of numbers under `weights`. */
export interface Told {
  readonly types: readonly string[];
  readonly result?: unknown;
  readonly fault?: { readonly code: string; readonly message: string };
  readonly last: Readonly<Record<string, unknown>>;
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

export interface TrainingChoice {
  readonly backend: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Ask it to stop, or end its worker, at the first event of this type. */
  readonly stopAt?: string;
  readonly killAt?: string;
}

/** Types of the events of the training that runs. */
let seen: string[] = [];

/** Trains the rings in a web worker, to the end or to a stop. */
async function train({ backend, settings, stopAt, killAt }: TrainingChoice): Promise<Told> {
  const request = { data: 'rings', seed: 7, backend } as TrainJob['request'];
  const job: TrainJob = { kind: 'train', run: 'test', request, data: rings({ ...settings }), resume: null };
  const stopping = new AbortController();
  let worker: WorkerProcess | undefined;
  const launch = (entry: string): WorkerProcess => (worker = webLauncher(entry));
  const types: string[] = (seen = []);
  const last: Record<string, unknown> = {};
  const weights: Record<string, number[]> = {};
  const onEvent = (event: TrainerEvent): void => {
    types.push(event.type);
    if (event.type === stopAt) stopping.abort();
    if (event.type === killAt) worker?.kill();
    if (event.type === 'checkpoint')
      for (const { name, tensor } of event.checkpoint.tensors)
        weights[name] = Array.from(tensor.data as unknown as ArrayLike<number>);
    if (event.type !== 'checkpoint' && event.type !== 'file') last[event.type] = event;
  };
  return settled(
    { types, last, weights },
    runInWorker(launch, { entry: 'train.web', job, onEvent, signal: stopping.signal }),
  );
}

async function settled(told: Told, result: Promise<unknown>): Promise<Told> {
  try {
    return { ...told, result: await result };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { ...told, fault: { code, message } };
  }
}

/** Runs another job; its events are all kept. */
async function run(entry: string, job: WorkerJob): Promise<{ events: unknown[] } & Told> {
  const events: unknown[] = [];
  const told = await settled(
    { types: [], last: {}, weights: {} },
    runInWorker(webLauncher, { entry, job, onEvent: (event: unknown) => void events.push(event) }),
  );
  return { ...told, events };
}

/** Resolves when the training that runs has told an event of this type. */
async function until(type: string): Promise<void> {
  while (!seen.includes(type)) await new Promise(requestAnimationFrame);
}

const tested = { train, run, until };
export type Tested = typeof tested;
Object.assign(globalThis, { tested });
