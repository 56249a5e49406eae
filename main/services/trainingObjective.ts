// What a request wants to be learned: the target of the data, or the input itself.
import type { TrainRequest } from '../../contract/training.js';
import { reconstructing, reconstructionObstacle } from '../../engine/data/reconstruction.js';
import { parseModelSpec } from '../../engine/layers/modelSpec.js';
import { defaultAutoencoder, outputWidth } from '../../engine/training/defaults.js';
import { exampleTypesOf } from '../../engine/training/exampleTypes.js';
import { outputShapeOf, suggestedObjective, type Objective } from '../../engine/layers/objective.js';
import type { DataFacts } from './prepareTraining.js';

/**
 * The facts of data as a training of them sees them: of a reconstruction the input is the target, and the model an autoencoder.
 * @throws EngineError `data.reconstruction` where the input cannot be reconstructed
 */
export function withObjective<F extends DataFacts>(
  facts: F,
  request: Pick<TrainRequest, 'objective' | 'model' | 'fineTune'>,
): F {
  if (objectiveOf(request, facts) === 'predict') return facts;
  const preprocessing = reconstructing(facts.preprocessing);
  return {
    ...facts,
    task: 'reconstruction',
    preprocessing,
    defaultModel: () => defaultAutoencoder(facts.name, preprocessing),
  };
}

function objectiveOf(
  { objective, model, fineTune }: Pick<TrainRequest, 'objective' | 'model' | 'fineTune'>,
  { preprocessing }: DataFacts,
): Objective {
  if (objective) return objective;
  // A specification with faults is refused where it is read.
  const spec = model && !fineTune ? parseModelSpec('model' in model ? model.model : model).spec : undefined;
  if (!spec) return 'predict';
  return suggestedObjective(outputShapeOf(spec), {
    inputs: Object.values(exampleTypesOf(preprocessing).inputs),
    outputWidth: outputWidth(preprocessing),
    reconstructionObstacle: reconstructionObstacle(preprocessing) ?? null,
  });
}
