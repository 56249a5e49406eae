// Models whose PyTorch source is held against our own outputs: a case a layer, the templates, the examples.
import { readFileSync } from 'node:fs';
import { encodeExamples, type ExampleRow } from '../../../engine/data/encodeExamples.js';
import type { Feature, InputTransform, Preprocessing } from '../../../engine/data/preprocessing.js';
import { preparationSource } from '../../../engine/exporters/pytorch/preparationSource.js';
import { pytorchSource } from '../../../engine/exporters/pytorch/pytorchSource.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { lowerToGraph } from '../../../engine/layers/lowerModel.js';
import { modelSpecSchema, type ModelSpec } from '../../../engine/layers/modelSpec.js';
import { autoencoder } from '../../../engine/layers/templates/autoencoder.js';
import { charLstm } from '../../../engine/layers/templates/charLstm.js';
import { inception } from '../../../engine/layers/templates/inception.js';
import { leNet } from '../../../engine/layers/templates/leNet.js';
import { mlp } from '../../../engine/layers/templates/mlp.js';
import { resNet20 } from '../../../engine/layers/templates/resNet20.js';
import { textCnn } from '../../../engine/layers/templates/textCnn.js';
import { transformer } from '../../../engine/layers/templates/transformer.js';
import { integers, normals, uniforms } from '../../../engine/random/fields.js';
import { layerCases } from '../../engine/layers/layerCases.js';
import { inputOf, runGraph, specOf } from '../../engine/layers/runLayer.js';

export interface PytorchCase {
  /** A Python identifier. */
  readonly name: string;
  readonly spec: ModelSpec;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Each row of a mask counts another number of steps. */
const batch = 3;
const ten = { kind: 'classification', classes: 10 } as const;
const image = { shape: [3, 16, 16] };
const text = { shape: [12] };
const vocabulary = 30;

const shared = modelSpecSchema.parse({
  version: 1,
  name: 'two towers',
  inputs: [
    { id: 'left-side', shape: [2, 6] },
    { id: 'lambda', shape: [2, 6] },
  ],
  layers: [
    { id: 'train', type: 'Dense', inputs: ['left-side'], options: { units: 5, activation: 'tanh' }, frozen: true },
    { id: 'tower/b', type: 'Dense', inputs: ['lambda'], options: { units: 5 }, shareWith: 'train' },
    { id: 'lstm', type: 'Lstm', inputs: ['tower/b'], options: { units: 4, layers: 2, bidirectional: true } },
    { id: 'norm.', type: 'Activation', inputs: ['train'], options: { function: 'none' } },
    { id: 'flat', type: 'Flatten' },
    { id: 'sum', type: 'Concatenate', inputs: ['flat', 'lstm', 'lstm:cell'], options: {} },
  ].map((layer) => ({ ...layer, id: layer.id.replace('.', '') })),
  outputs: ['sum', 'lstm:state'],
});

const models: Readonly<Record<string, ModelSpec>> = {
  mlp: mlp({ shape: [20] }, ten, { hidden: [16, 12] }),
  lenet: leNet({ shape: [1, 14, 14] }, ten, { filters: [4, 8], units: 16 }),
  resnet: resNet20(image, ten, { filters: [4, 8, 16], blocks: 2 }),
  inception: inception(image, ten),
  autoencoder: autoencoder({ shape: [1, 8, 8] }, { hidden: [32], code: 4 }),
  char_lstm: charLstm(text, ten, { vocabulary, units: 16 }),
  char_lstm_classifier: charLstm(text, ten, { vocabulary, units: 8, classify: true, layers: 2 }),
  transformer: transformer(text, ten, { vocabulary, dimension: 16, layers: 2 }),
  transformer_classifier: transformer(text, ten, { vocabulary, dimension: 16, layers: 2, classify: true }),
  text_cnn: textCnn(text, ten, { vocabulary, dimension: 8, filters: 6 }),
  shared_tensors: shared,
};

const examples = [
  'breast-cancer',
  'concrete',
  'digits',
  'fashion-mnist-12k',
  'letters',
  'names',
  'novel',
  'penguins',
  'seattle-weather',
];

export function pytorchCases(): PytorchCase[] {
  const layers = layerCases.map((layer, index) => ({
    name: `layer_${index}_${layer.type}`,
    spec: specOf(layer),
    inputs: Object.fromEntries(
      layer.inputs.map((input, at) => [`x${at}`, inputOf(input, batch, { seed: 1, purpose: `x${at}` })]),
    ),
  }));
  const whole = Object.entries(models).map(([name, spec]) => ({ name, spec, inputs: inputsOf(spec, vocabulary) }));
  const shipped = examples.map((example) => {
    const file = new URL(`../../../resources/models/${example}.json`, import.meta.url);
    const { model } = JSON.parse(readFileSync(file, 'utf8')) as { model: unknown };
    const spec = modelSpecSchema.parse(model);
    return { name: `example_${example.replaceAll('-', '_')}`, spec, inputs: inputsOf(spec, 20) };
  });
  return [...layers, ...whole, ...shipped];
}

/** Normal numbers, or indices, of which the last quarter is padding (0). */
function inputsOf(spec: ModelSpec, below: number): Record<string, Tensor> {
  return Object.fromEntries(
    spec.inputs.map(({ id, shape, dtype }) => {
      const full = [batch, ...(shape as number[])];
      const count = sizeOf(full);
      const length = full.at(-1)!;
      const key = { seed: 2, purpose: id };
      const values =
        dtype === 'float32'
          ? normals(key, count)
          : integers(key, count, 1, below).map((value, at) => (at % length < (3 * length) / 4 ? value : 0));
      return [id, tensorOf(dtype === 'float32' ? 'float32' : 'int32', full, values)];
    }),
  );
}

export interface ComputedCase {
  readonly source: string;
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Of every output, one after the other. */
  readonly outputs: readonly (readonly number[])[];
}

/** The source, seeded weights, and what our own graph makes of the inputs with them. */
export async function computeCase({ spec, inputs }: PytorchCase): Promise<ComputedCase> {
  const lowered = lowerToGraph(spec, { batch: 'batch', training: false });
  const weights = new Map<string, Tensor>();
  for (const { name, declaration } of lowered.host.parameters) {
    const size = sizeOf(declaration.shape);
    // Products keep their size in deep models.
    const scale = declaration.shape.length > 1 ? 1 / Math.sqrt(size / declaration.shape[0]!) : 0.5;
    const values = normals({ seed: 1, purpose: name }, size).map((value) => value * scale);
    weights.set(name, tensorOf('float32', declaration.shape, values));
  }
  for (const { name, declaration } of lowered.host.buffers) {
    const values = uniforms({ seed: 1, purpose: name }, sizeOf(declaration.shape)).map((value) => value + 0.5);
    weights.set(name, tensorOf('float32', declaration.shape, values));
  }
  const results = await runGraph(lowered, { ...Object.fromEntries(weights), ...inputs });
  return {
    source: pytorchSource(spec, { about: [`${spec.name}: a case of the tests.`] }).text,
    weights,
    outputs: lowered.outputs.map((output) => elements(results[output!.name]!)),
  };
}

/** Raw rows and their preparation, in both languages. */
export interface PreparationCase {
  readonly name: string;
  readonly preprocessing: Preprocessing;
  readonly rows: readonly ExampleRow[];
  /** What `prepare` is given, as Python. */
  readonly argument: string;
}

const target = { kind: 'class', column: 'kind', classes: ['a', 'b'] } as const;
const columns: Feature[] = [
  { kind: 'number', column: 'size', fill: 2.5, mean: 2, std: 0.5, missingFlag: true },
  { kind: 'oneHot', column: 'sex "or" so', categories: ['male', 'female'] },
  { kind: 'number', column: 'age', fill: 40, mean: 38.25, std: 12, missingFlag: false },
];
const rows = [
  { size: 3, 'sex "or" so': 'female', age: 20 },
  { size: null, 'sex "or" so': 'unknown', age: 60.5 },
];
const rowsText =
  '[{"size": 3, "sex \\"or\\" so": "female", "age": 20}, {"size": None, "sex \\"or\\" so": "unknown", "age": 60.5}]';
const one = (input: InputTransform): Preprocessing => ({
  version: 1,
  inputs: [input],
  target: { ...target, classes: ['a', 'b'] },
});

export const preparationCases: readonly PreparationCase[] = [
  {
    name: 'prepare_features',
    preprocessing: one({ kind: 'features', input: 'x', features: columns }),
    rows,
    argument: rowsText,
  },
  {
    name: 'prepare_history',
    preprocessing: one({ kind: 'history', input: 'x', features: columns, steps: 3, horizon: 0 }),
    rows,
    argument: rowsText,
  },
  {
    name: 'prepare_index',
    preprocessing: one({ kind: 'index', input: 'x', column: 'town', categories: ['Rom', 'Köln'] }),
    rows: [{ town: 'Köln' }, { town: 'Ulm' }],
    argument: '["Köln", "Ulm"]',
  },
  {
    name: 'prepare_array',
    preprocessing: one({
      kind: 'array',
      input: 'x',
      column: 'image',
      shape: [2, 1, 2],
      scale: 1 / 255,
      mean: [0.25, 0.5],
      std: [0.5, 0.125],
    }),
    rows: [{ image: [0, 255, 17, 200] }],
    argument: 'torch.tensor([0, 255, 17, 200]).reshape(1, 2, 1, 2)',
  },
  {
    name: 'prepare_characters',
    preprocessing: one({
      kind: 'characters',
      input: 'x',
      column: 'name',
      vocabulary: ['a', 'b', '"'],
      length: 5,
      lowerCase: true,
    }),
    rows: [{ name: 'aB"' }, { name: 'bäabbbb' }],
    argument: '["aB\\"", "bäabbbb"]',
  },
  {
    name: 'prepare_windows',
    preprocessing: one({ kind: 'windows', input: 'x', column: 'text', vocabulary: ['a', 'b', ' ', '\n'], length: 5 }),
    rows: [{ text: 'a\nb' }, { text: 'ab abba' }],
    argument: '["a\\nb", "ab abba"]',
  },
];

export function preparationText({ preprocessing, argument }: PreparationCase): string {
  const spec = mlp({ shape: [1] }, ten, { hidden: [] });
  const { lines } = preparationSource(preprocessing, spec);
  return ['import torch', '', '', ...lines, '', '', `OUTPUT = prepare(${argument})`, ''].join('\n');
}

/** The last row of a history sees those before it; others are rows of a batch. */
export function preparedHere({ preprocessing, rows: given }: PreparationCase): number[] {
  const tensor = encodeExamples(preprocessing, given).x!;
  const all = elements(tensor);
  return preprocessing.inputs[0]!.kind === 'history' ? all.slice(-all.length / given.length) : all;
}
