import { describe, expect, it } from 'vitest';
import { describeModel } from '../../../engine/layers/describeModel.js';
import { lowerToGraph, validateModel } from '../../../engine/layers/lowerModel.js';
import type { ModelSpec } from '../../../engine/layers/modelSpec.js';
import { autoencoder } from '../../../engine/layers/templates/autoencoder.js';
import { charLstm } from '../../../engine/layers/templates/charLstm.js';
import { inception } from '../../../engine/layers/templates/inception.js';
import { leNet } from '../../../engine/layers/templates/leNet.js';
import { mlp } from '../../../engine/layers/templates/mlp.js';
import { resNet20 } from '../../../engine/layers/templates/resNet20.js';
import { textCnn } from '../../../engine/layers/templates/textCnn.js';
import { transformer } from '../../../engine/layers/templates/transformer.js';

const ten = { kind: 'classification', classes: 10 } as const;
const image = { shape: [3, 32, 32] };
const text = { shape: [12] };
const vocabulary = 30;

/** Numbers as PyTorch counts them for the same layers. */
const templates: readonly [name: string, spec: ModelSpec, output: readonly number[], parameters: number][] = [
  ['mlp', mlp({ shape: [784] }, ten, { hidden: [256, 128] }), [10], 235146],
  ['leNet', leNet({ shape: [1, 28, 28] }, ten), [10], 421642],
  ['resNet20', resNet20(image, ten), [10], 272474],
  ['inception', inception(image, ten), [10], 65002],
  ['autoencoder', autoencoder({ shape: [1, 28, 28] }), [1, 28, 28], 476720],
  ['autoencoder of a table', autoencoder({ shape: [12] }), [12], 6096],
  ['charLstm', charLstm(text, ten, { vocabulary }), [12, 10], 85194],
  ['charLstm that classifies', charLstm(text, ten, { vocabulary, classify: true, layers: 2 }), [10], 564682],
  ['transformer', transformer(text, ten, { vocabulary }), [12, 10], 800010],
  ['transformer that classifies', transformer(text, ten, { vocabulary, classify: true }), [10], 800010],
  ['textCnn', textCnn(text, ten, { vocabulary }), [10], 21514],
];

describe.each(templates)('template %s', (_name, spec, output, parameters) => {
  it('is valid and has the expected output and number of parameters', () => {
    expect(validateModel(spec).diagnostics).toEqual([]);
    const { layers, total } = describeModel(spec);
    expect(layers.at(-1)!.outputShape).toEqual(output);
    expect(total.trainable).toBe(parameters);
  });

  it('lowers for training', () => {
    expect(lowerToGraph(spec, { batch: 4, training: true }).outputs[0]!.shape).toEqual([4, ...output]);
  });
});
