// Training on the input itself: an autoencoder's target is what it is given.
import { EngineError } from '../ir/diagnostic.js';
import { sizeOf } from '../ir/shape.js';
import {
  restoreValue,
  unitEntry,
  widthOf,
  type Feature,
  type InputTransform,
  type Preprocessing,
  type TargetTransform,
} from './preprocessing.js';

export type InputTarget = TargetTransform & { kind: 'input' };

/** Why the input cannot be reconstructed, in a sentence; undefined where it can. */
export function reconstructionObstacle({ inputs }: Pick<Preprocessing, 'inputs'>): string | undefined {
  const [input, ...others] = inputs;
  if (!input) return 'the data must have an input';
  if (others.length > 0)
    return `it needs one input of numbers, and there are ${inputs.length}: ${inputs.map((one) => one.input).join(', ')}`;
  if (input.kind === 'features') return undefined;
  if (input.kind === 'array') return sizeOf(input.shape) > 0 ? undefined : 'an example must have numbers';
  return obstacles[input.kind];
}

const obstacles: Readonly<Record<Exclude<InputTransform['kind'], 'features' | 'array'>, string>> = {
  history: 'it needs one example at a time, and the model sees several rows of a series',
  index: 'it needs numbers, and the input is a category',
  characters: 'it needs numbers, and the input is text',
  windows: 'it needs numbers, and the input is text',
};

/**
 * The same inputs with the only one as the target.
 * @throws EngineError `data.reconstruction`
 */
export function reconstructing({ version, inputs }: Pick<Preprocessing, 'version' | 'inputs'>): Preprocessing {
  return { version, inputs, target: inputTarget(inputs) };
}

/** @throws EngineError `data.reconstruction` */
export function inputTarget(inputs: readonly InputTransform[]): InputTarget {
  const obstacle = reconstructionObstacle({ inputs: [...inputs] });
  if (obstacle !== undefined)
    throw new EngineError('data.reconstruction', `Reconstruction: ${obstacle}; choose a target instead`, {
      path: 'target',
    });
  const [input] = inputs as [InputTransform & { kind: 'array' | 'features' }];
  if (input.kind === 'features') return featuresTarget(input);
  const { shape, scale, mean, std, column } = input;
  return {
    kind: 'input',
    input: input.input,
    column,
    shape: [...shape],
    mean: mean.map((value) => value / scale),
    std: std.map((value) => value / scale),
  };
}

/** From the data's own unit to that which the model computes with: the inverse of `restoreValue`. */
export function prepareValue(target: InputTarget, value: number, index: number): number {
  const entry = unitEntry(target, index);
  return (value - target.mean[entry]!) / target.std[entry]!;
}

/**
 * What a model made of its input, both as it computes with them, in the data's own unit.
 * `error`: the root of the mean squared difference; of features, which have several units, in deviations.
 */
export function reconstructed(
  target: InputTarget,
  given: ArrayLike<number>,
  made: ArrayLike<number>,
): { readonly error: number; readonly values: number[] } {
  let squares = 0;
  const values = Array.from(made, (value, index) => {
    const restored = restoreValue(target, value, index);
    const difference =
      target.column === undefined ? value - given[index]! : restored - restoreValue(target, given[index]!, index);
    squares += difference * difference;
    return restored;
  });
  return { error: Math.sqrt(squares / values.length), values };
}

/** Levels of categories and flags of missing numbers stay the shares that they are. */
function featuresTarget({ input, features }: InputTransform & { kind: 'features' }): InputTarget {
  const perFeature = (of: (feature: Feature & { kind: 'number' }) => number, otherwise: number): number[] =>
    features.flatMap((feature) =>
      Array.from({ length: widthOf(feature) }, (_, place) =>
        feature.kind === 'number' && place === 0 ? of(feature) : otherwise,
      ),
    );
  const mean = perFeature((feature) => feature.mean, 0);
  return { kind: 'input', input, shape: [mean.length], mean, std: perFeature((feature) => feature.std, 1) };
}
