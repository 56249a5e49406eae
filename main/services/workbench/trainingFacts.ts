// What forms and estimates need to know of a data set, found once for each state of it by the thread that reads data.
import type { TrainRequest } from '../../../contract/training.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { DataWorkClient } from '../datasets/startDataWork.js';
import type { KnownFacts } from '../knownFacts.js';
import type { DataFacts } from '../prepareTraining.js';
import type { Workspace } from '../workspaces.js';
import { dataStamp, FoundByStamp } from './dataStamps.js';

export interface TrainingFacts extends Omit<KnownFacts, 'model'>, Pick<DataFacts, 'defaultModel'> {
  /** Names the state of the data: other facts have another one. */
  readonly stamp: string;
}

/** Data sets whose facts are kept. */
const kept = 16;

export class FactStore {
  private readonly known = new FoundByStamp<TrainingFacts>(kept);

  constructor(
    private readonly workspace: Pick<Workspace, 'path'>,
    private readonly work: Pick<DataWorkClient, 'facts'>,
  ) {}

  /** @throws EngineError `data.*` */
  async of({ data, target }: Pick<TrainRequest, 'data' | 'target'>): Promise<TrainingFacts> {
    const key = JSON.stringify([data, target ?? null]);
    const stamp = `${key} ${await dataStamp(data, this.workspace.path)}`;
    return this.known.get(key, stamp, async () => withModel(await this.work.facts({ data, target }), stamp));
  }
}

function withModel({ model, ...facts }: KnownFacts, stamp: string): TrainingFacts {
  const defaultModel: DataFacts['defaultModel'] = () => {
    if ('spec' in model) return model.spec;
    throw new EngineError(model.fault.code, model.fault.message);
  };
  return { ...facts, stamp, defaultModel };
}
