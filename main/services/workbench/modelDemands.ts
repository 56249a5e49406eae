// What data sets ask of a model, found once for each state of them by the thread that reads data.
import type { ModelInterface } from '../../../contract/services/models.js';
import type { DataWorkClient } from '../datasets/startDataWork.js';
import type { Objective } from '../../../engine/layers/objective.js';
import type { SuggestedModel } from '../modelInterface.js';
import type { Workspace } from '../workspaces.js';
import { dataStamp, FoundByStamp } from './dataStamps.js';

/** Data sets whose demands are kept. */
const kept = 64;

export class ModelDemands {
  private readonly known = new FoundByStamp<ModelInterface>(kept);

  constructor(
    private readonly workspace: Pick<Workspace, 'path'>,
    private readonly work: Pick<DataWorkClient, 'modelInterface' | 'suggestedModel'>,
  ) {}

  /** @throws EngineError `data.*` */
  async interfaceOf(data: string): Promise<ModelInterface> {
    const stamp = await dataStamp(data, this.workspace.path);
    return this.known.get(data, stamp, () => this.work.modelInterface({ data }));
  }

  /** @throws EngineError `data.*`; `data.model` where there are several inputs */
  modelFor(data: string, objective?: Objective): Promise<SuggestedModel> {
    return this.work.suggestedModel({ data, objective });
  }
}
