// Trains the rings in this process, and tells what happened.
import type { TrainerEvent, TrainJob } from '../../contract/training.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import type { Backend } from '../../workers/backends/backend.js';
import type { MakeBatchSource } from '../../workers/batchSource.js';
import type { JobControl } from '../../workers/jobControl.js';
import type { MakeDriver } from '../../workers/stepDriver.js';
import { makeTrainer } from '../../workers/trainer.js';

export { rings } from './ringsData.js';

export interface Told {
  readonly events: TrainerEvent[];
  readonly last: <T extends TrainerEvent['type']>(type: T) => Extract<TrainerEvent, { type: T }>;
}

/** Trains in this process; stops after `stopAfter` steps when given. */
export async function trainHere(
  data: TrainingData,
  options: {
    readonly resume?: TrainJob['resume'];
    readonly stopAfter?: number;
    readonly backend?: Backend;
    readonly batches?: MakeBatchSource;
    /** In place of sessions of a backend. */
    readonly driver?: MakeDriver;
    /** Heard with every event; pauses and stops by it. */
    readonly control?: { readonly channel: JobControl; readonly hear: (event: TrainerEvent) => void };
    readonly request?: Partial<TrainJob['request']>;
  } = {},
): Promise<Told> {
  const events: TrainerEvent[] = [];
  let polls = 0;
  const job: TrainJob = {
    kind: 'train',
    run: 'test',
    request: { data: 'rings', seed: 7, backend: 'native', ...options.request },
    data,
    resume: options.resume ?? null,
  };
  const { control } = options;
  const trainer = await makeTrainer({
    job,
    ...(options.driver
      ? { driver: options.driver }
      : {
          backend: options.backend ?? ortNative,
          load: { threads: 1, choices: {} },
          ...(options.batches && { batches: options.batches }),
        }),
    send: (event) => {
      events.push(structuredClone(event));
      control?.hear(event);
    },
    stopped: () => polls++ === options.stopAfter || control?.channel.stopped() === true,
    ...(control && { pause: control.channel }),
  });
  try {
    await trainer.run();
  } finally {
    await trainer.dispose();
  }
  return {
    events,
    last: (type) => events.findLast((event) => event.type === type) as never,
  };
}
