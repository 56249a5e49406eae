// Small models of the kinds that the benchmark times, for tests on an emulated GPU.
import type { ModelSpecSource } from '../../../engine/layers/modelSpec.js';
import type { BenchModel } from '../../../workers/benchModels.js';

type Layer = ModelSpecSource['layers'][number];
type Options = NonNullable<Layer['options']>;

function model(
  name: string,
  input: { readonly dtype: 'float32' | 'int32'; readonly shape: readonly number[] },
  layers: readonly (readonly [type: string, options?: Options])[],
  targetShape: readonly number[] = [],
): BenchModel {
  const named = layers.map(([type, options = {}], index): Layer => ({ id: `layer${index}`, type, options }));
  return {
    name,
    batch: 2,
    classes: 5,
    input,
    target: { dtype: 'int32', shape: targetShape },
    spec: {
      version: 1,
      name,
      inputs: [{ id: 'x', shape: [...input.shape], dtype: input.dtype }],
      layers: named,
      outputs: [named.at(-1)!.id],
    },
  };
}

const image = (shape: readonly number[]) => ({ dtype: 'float32' as const, shape });
const relu = ['Relu'] as const;
const dense = (units: number) => ['Dense', { units }] as const;
const conv = (filters: number) => ['Conv2d', { filters, kernel: 3, padding: 'same' }] as const;
const pool = ['MaxPool2d', { kernel: 2 }] as const;

export const mlp = model('MLP', image([12]), [dense(16), relu, dense(8), relu, dense(5)]);

export const leNet = model('LeNet', image([1, 8, 8]), [
  conv(4),
  relu,
  pool,
  conv(8),
  relu,
  pool,
  ['Flatten'],
  dense(16),
  relu,
  dense(5),
]);

/** All of its twenty layers, few filters. */
export const resNet20 = model('ResNet-20', image([3, 8, 8]), [
  ['Conv2d', { filters: 4, kernel: 3, padding: 'same', bias: false }],
  ['BatchNorm'],
  relu,
  ...[4, 8, 12].flatMap((filters, stage) =>
    [0, 1, 2].map((block) => ['ResidualBlock', { filters, stride: stage > 0 && block === 0 ? 2 : 1 }] as const),
  ),
  ['GlobalPool'],
  dense(5),
]);

export const lstm = model('LSTM', image([6, 4]), [['Lstm', { units: 8, returnSequences: false }], dense(5)]);

export const transformer = model(
  'Transformer',
  { dtype: 'int32', shape: [8] },
  [
    ['Embedding', { count: 5, dimension: 16 }],
    ['PositionalEmbedding', { longest: 8 }],
    ['TransformerEncoder', { heads: 2, hidden: 24, dropout: 0, causal: true }],
    dense(5),
  ],
  [8],
);

export const stepModels: readonly BenchModel[] = [mlp, leNet, resNet20, lstm, transformer];
