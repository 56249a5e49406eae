// A small two-class problem made from Philox: a disc inside a ring. The same in Node and in a browser.
import type { DataSet } from '../../engine/data/dataSet.js';
import { fitPreprocessing } from '../../engine/data/fitPreprocessing.js';
import { readModelSpec } from '../../engine/layers/modelSpec.js';
import { uniforms } from '../../engine/random/fields.js';
import { trainSettingsSchema } from '../../engine/training/settings.js';
import type { TrainingData } from '../../engine/training/trainingData.js';

const count = 300;

export function rings(settings: Record<string, unknown> = {}): TrainingData {
  const angle = uniforms({ seed: 1, purpose: 'angle' }, count);
  const radius = uniforms({ seed: 1, purpose: 'radius' }, count);
  const codes = Int32Array.from({ length: count }, (_, index) => index % 2);
  const length = (index: number): number => radius[index]! * 0.8 + codes[index]! * 1.2;
  const along = (turn: (angle: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, index) => length(index) * turn(angle[index]! * 2 * Math.PI));
  const dataSet: DataSet = {
    name: 'rings',
    kind: 'tabular',
    task: 'classification',
    count,
    columns: [
      { type: 'number', name: 'a', values: along(Math.cos) },
      { type: 'number', name: 'b', values: along(Math.sin) },
      { type: 'category', name: 'class', codes, categories: ['disc', 'ring'] },
    ],
    inputs: ['a', 'b'],
    target: 'class',
    hash: 'rings',
    remarks: [],
  };
  const all = Int32Array.from({ length: count }, (_, index) => index);
  const split = { train: all.slice(0, 210), val: all.slice(210, 250), test: all.slice(250) };
  return {
    dataSet,
    split,
    preprocessing: fitPreprocessing(dataSet, split.train),
    spec: readModelSpec({
      version: 1,
      name: 'rings',
      inputs: [{ id: 'x', shape: [2] }],
      layers: [
        { id: 'hidden', type: 'Dense', options: { units: 16 } },
        { id: 'norm', type: 'BatchNorm' },
        { id: 'act', type: 'Relu' },
        { id: 'drop', type: 'Dropout', options: { rate: 0.1 } },
        { id: 'out', type: 'Dense', options: { units: 2 } },
      ],
      outputs: ['out'],
    }),
    settings: trainSettingsSchema.parse({
      epochs: 12,
      batch: 32,
      optimizer: { type: 'adam' },
      learningRate: 0.02,
      schedule: { type: 'cosine' },
      loss: { type: 'crossEntropy' },
      metrics: [{ type: 'accuracy' }],
      ...settings,
    }),
  };
}
