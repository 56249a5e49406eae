// What a data set asks of a model (inputs, width of the output), and a model that fits: the example's own, or a modest one.
import type { ModelInterface } from '../../contract/services/models.js';
import { applyPreprocessing } from '../../engine/data/exampleSet.js';
import { reconstructing, reconstructionObstacle } from '../../engine/data/reconstruction.js';
import { defaultAutoencoder, defaultModel, outputWidth } from '../../engine/training/defaults.js';
import { exampleTypesOf } from '../../engine/training/exampleTypes.js';
import type { Objective } from '../../engine/layers/objective.js';
import type { LoadedDataSet } from './datasets/loadDataSet.js';
import { exampleDocument, modelOf, settingsIn } from './exampleModel.js';

export function interfaceOf({ dataSet, preprocessing }: LoadedDataSet): ModelInterface {
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
    // That of the data: what a training makes of its input is its own matter.
    target: target.kind === 'input' ? 'value' : target.kind,
    reconstructionObstacle: reconstructionObstacle(preprocessing) ?? null,
  };
}

export interface SuggestedModel {
  readonly spec: unknown;
  /** Settings that belong to it; null where there are none. */
  readonly training: unknown;
}

/** @param data as it was asked for. @throws EngineError `data.model`, `data.reconstruction` where there are several inputs */
export async function suggestedModel(
  data: string,
  { dataSet, description, preprocessing }: LoadedDataSet,
  objective?: Objective,
): Promise<SuggestedModel> {
  if (objective === 'reconstruct')
    return { spec: defaultAutoencoder(description.name, reconstructing(preprocessing)), training: null };
  const document = data === description.name ? await exampleDocument(data) : undefined;
  const own = modelOf(document);
  if (own) return { spec: own, training: settingsIn(document) ?? null };
  const examples = applyPreprocessing(dataSet, preprocessing);
  return { spec: defaultModel(dataSet, examples, preprocessing), training: null };
}
