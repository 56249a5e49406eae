// What a training learns: the target of its data, or the input itself; and which of the two a model looks made for.
import type { Shape } from '../ir/shape.js';
import { describeModel } from './describeModel.js';
import type { ModelSpec } from './modelSpec.js';

export type Objective = 'predict' | 'reconstruct';

/** What the data gives to a model and asks of it, for one example. */
export interface ObjectiveData {
  readonly inputs: readonly { readonly shape: Shape; readonly dtype: string }[];
  readonly outputWidth: number;
  /** Why the input cannot be reconstructed; null where it can. */
  readonly reconstructionObstacle: string | null;
}

/** Of the first output, for one example; undefined where faults keep it from being known. */
export function outputShapeOf(spec: ModelSpec): Shape | undefined {
  const [id, port] = (spec.outputs[0] ?? '').split(':');
  const layer = describeModel(spec).layers.find((one) => one.id === id);
  return port === undefined ? layer?.outputShape : layer?.outputs.find(({ name }) => name === port)?.shape;
}

/** `reconstruct` where the output has the shape of the only input, and not that of the target. */
export function suggestedObjective(
  output: Shape | undefined,
  { inputs, outputWidth, reconstructionObstacle }: ObjectiveData,
): Objective {
  const [input] = inputs;
  if (!output || !input || inputs.length > 1 || reconstructionObstacle !== null) return 'predict';
  const isTarget = output.length === 1 && output[0] === outputWidth;
  const isInput = input.dtype === 'float32' && output.join() === input.shape.join();
  return isInput && !isTarget ? 'reconstruct' : 'predict';
}
