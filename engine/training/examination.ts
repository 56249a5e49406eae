// Looking into a trained model: what it says of single examples, and the gradients that training would see at given weights.
import { differentiate } from '../autodiff/differentiate.js';
import type { Value } from '../ir/graph.js';
import type { Emit } from '../ops/emit.js';
import { rankOf } from '../ops/valueTypes.js';
import { exampleTypesOf } from './exampleTypes.js';
import { forwardModelOf } from './forwardModel.js';
import type { ElementLoss } from './losses/defineLoss.js';
import { lossOf } from './losses/index.js';
import { meanOfExample } from './losses/reduceLoss.js';
import type { PhaseDeclaration, PhaseScope } from './phase.js';
import { matchesAny } from './settings.js';
import { forward, type SupervisedTask } from './supervised.js';
import type { TrainedData } from './trainingData.js';

export const examinePhase = 'examine';
export const gradientPhase = 'gradients';

/** What the gradient of a parameter is called among the results of {@link gradientPhaseOf}. */
export const gradientResult = (parameter: string): string => `gradient/${parameter}`;

/** Results: `prediction`, the model's output; `losses` float32 [batch], the loss of each example. */
export function examinePhaseOf(data: TrainedData, batch: number): PhaseDeclaration {
  return {
    name: examinePhase,
    build: (scope) => {
      const { emit } = scope;
      const { prediction, target } = forward(scope, taskOf(data, batch), batch);
      const { type, options } = data.settings.loss;
      const element = lossOf(type).perExample({ emit, prediction, target, options });
      return { results: { prediction, losses: lossOfExample(emit, element) } };
    },
  };
}

/** Σ uᵢ·lossᵢ / Σ uᵢ over the elements of an example: class weights cancel out, positions that are ignored do not count. */
function lossOfExample(emit: Emit, { loss, weight }: ElementLoss): Value {
  const rank = rankOf(loss);
  if (rank === 1 || !weight) return meanOfExample(emit, loss);
  const axes = Array.from({ length: rank - 1 }, (_, index) => index + 1);
  const weights = emit.expandLike(weight, loss);
  const sum = emit.max(emit.reduceSum(weights, axes), 1e-12);
  return emit.div(emit.reduceSum(emit.mul(loss, weights), axes), sum);
}

/**
 * The backward pass of a training step without the optimizer: batch statistics and dropout are those of training.
 * Results: `loss`, and `gradient/<parameter>` of everything that is trained and that the loss depends on.
 */
export function gradientPhaseOf(data: TrainedData): PhaseDeclaration {
  const { batch, freeze } = data.settings;
  return {
    name: gradientPhase,
    build: (scope) => {
      const parameters = new Map<string, Value>();
      const { loss } = forward(trainingScope(scope, parameters), taskOf(data, batch), batch);
      const trained = [...parameters].filter(([name]) => !matchesAny(freeze, name));
      const gradients = differentiate(
        scope.emit,
        [{ value: loss }],
        trained.map(([, value]) => value),
      );
      const results = trained.flatMap(([name], index) => {
        const gradient = gradients[index];
        return gradient ? [[gradientResult(name), gradient] as const] : [];
      });
      return { results: { loss, ...Object.fromEntries(results) } };
    },
  };
}

function taskOf(data: TrainedData, evaluationBatch: number): SupervisedTask {
  const { settings, preprocessing } = data;
  return { model: forwardModelOf(data), settings, ...exampleTypesOf(preprocessing), evaluationBatch };
}

/** The phase as layers see it while they train; running statistics stay as they are. */
function trainingScope(scope: PhaseScope, parameters: Map<string, Value>): PhaseScope {
  return {
    emit: scope.emit,
    training: true,
    parameter: (name, declaration) => {
      const value = scope.parameter(name, declaration);
      parameters.set(name, value);
      return value;
    },
    buffer: (name, declaration) => scope.buffer(name, declaration),
    update: () => undefined,
    random: (name, distribution, shape) => scope.random(name, distribution, shape),
    batch: (name, dtype, shape) => scope.batch(name, dtype, shape),
    scalar: (name) => scope.scalar(name),
  };
}
