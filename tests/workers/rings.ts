// Trains the rings in this process, and tells what happened.
import type { TrainerEvent, TrainJob } from '../../contract/training.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import type { Backend } from '../../workers/backends/backend.js';
import type { MakeBatchSource } from '../../workers/batchSource.js';
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
  } = {},
): Promise<Told> {
  const events: TrainerEvent[] = [];
  let polls = 0;
  const job: TrainJob = {
    kind: 'train',
    run: 'test',
    request: { data: 'rings', seed: 7, backend: 'native' },
    data,
    resume: options.resume ?? null,
  };
  const trainer = await makeTrainer({
    job,
    backend: options.backend ?? ortNative,
    load: { threads: 1, choices: {} },
    send: (event) => void events.push(structuredClone(event)),
    stopped: () => polls++ === options.stopAfter,
    ...(options.batches && { batches: options.batches }),
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
