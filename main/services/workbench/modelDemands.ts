// What a data set asks of a model (inputs, width of the output), and a model that fits: the example's own, or a modest one.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelInterface } from '../../../contract/services/models.js';
import { applyPreprocessing } from '../../../engine/data/exampleSet.js';
import { defaultModel, outputWidth } from '../../../engine/training/defaults.js';
import { exampleTypesOf } from '../../../engine/training/exampleTypes.js';
import { findDescription, loadDataSet, type LoadedDataSet } from '../datasets/loadDataSet.js';
import { exampleDocument, modelOf, settingsIn } from '../exampleModel.js';
import type { Workspace } from '../workspaces.js';

interface Known {
  readonly stamp: string;
  readonly demands: Promise<ModelInterface>;
}

export class ModelDemands {
  private readonly known = new Map<string, Known>();

  constructor(private readonly workspace: Workspace) {}

  /** Found once for each state of the data set. @throws EngineError `data.*` */
  async interfaceOf(data: string): Promise<ModelInterface> {
    const stamp = await this.stampOf(data);
    const known = this.known.get(data);
    if (known?.stamp === stamp) return known.demands;
    const demands = this.load(data).then(interfaceFor);
    this.known.set(data, { stamp, demands });
    demands.catch(() => this.known.delete(data));
    return demands;
  }

  /** @throws EngineError `data.*`; `data.model` where there are several inputs */
  async modelFor(data: string): Promise<{ spec: unknown; training: unknown }> {
    const loaded = await this.load(data);
    const { dataSet, description, preprocessing } = loaded;
    const document = data === description.name ? await exampleDocument(data) : undefined;
    const own = modelOf(document);
    if (own) return { spec: own, training: settingsIn(document) ?? null };
    const examples = applyPreprocessing(dataSet, preprocessing);
    return { spec: defaultModel(dataSet, examples, preprocessing), training: null };
  }

  private load(data: string): Promise<LoadedDataSet> {
    return loadDataSet(data, { workspace: this.workspace.path });
  }

  /** Changes when the description does: another target, another split. */
  private async stampOf(data: string): Promise<string> {
    const { folder, description } = await findDescription(data, { workspace: this.workspace.path });
    const time = statSync(join(folder, 'dataset.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return `${folder} ${time} ${description.target}`;
  }
}

function interfaceFor({ dataSet, preprocessing }: LoadedDataSet): ModelInterface {
  const limits = new Map(applyPreprocessing(dataSet, preprocessing).inputs.map(({ name, limit }) => [name, limit]));
  const { target } = preprocessing;
  return {
    inputs: Object.entries(exampleTypesOf(preprocessing).inputs).map(([id, { shape, dtype }]) => ({
      id,
      shape: shape.map(Number),
      dtype,
      limit: limits.get(id) ?? null,
    })),
    outputWidth: outputWidth(preprocessing),
    classes: target.kind === 'class' ? target.classes : [],
    target: target.kind,
  };
}
