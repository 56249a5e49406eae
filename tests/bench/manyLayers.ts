// How long the editor takes to describe a model of many layers after an option was typed: what `bench -- --ui` calls.
import { describeModel, type KnownLayers } from '../../engine/layers/describeModel.js';
import { readModelSpec, type ModelSpec } from '../../engine/layers/modelSpec.js';

/** Convolutions and normalisations in turn, as a large convolutional network has them. */
export function manyLayers(count: number, filters = 16): ModelSpec {
  const layers = Array.from({ length: count }, (_, index) =>
    index % 2
      ? { id: `norm${index}`, type: 'BatchNorm' }
      : { id: `conv${index}`, type: 'Conv2d', options: { filters, kernel: 3, padding: 'same', activation: 'relu' } },
  );
  const inputs = [{ id: 'x', shape: [3, 32, 32] }];
  return readModelSpec({ version: 1, name: 'many', inputs, layers, outputs: [layers.at(-1)!.id] });
}

/** Milliseconds of each of `rounds` changes of the first layer's filters, which change the shapes of all behind it. */
export function timeDescriptions(layers = 200, rounds = 20): number[] {
  const known: KnownLayers = new Map();
  describeModel(manyLayers(layers), {}, known);
  return Array.from({ length: rounds }, (_, round) => {
    const spec = manyLayers(layers, 17 + round);
    const start = performance.now();
    describeModel(spec, {}, known);
    return performance.now() - start;
  });
}
