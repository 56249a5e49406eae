// The models that the benchmark times: one training step each, as the peers' scripts have them.
import type { ModelSpecSource } from '../engine/layers/modelSpec.js';
import type { ExampleType } from '../engine/training/supervised.js';

export interface BenchModel {
  readonly name: string;
  readonly batch: number;
  readonly spec: ModelSpecSource;
  readonly input: ExampleType;
  readonly target: ExampleType;
  /** Classes (or vocabulary) of the target. */
  readonly classes: number;
}

const image = (shape: readonly number[]): ExampleType => ({ dtype: 'float32', shape });
const label: ExampleType = { dtype: 'int32', shape: [] };

type Layer = ModelSpecSource['layers'][number];

function spec(name: string, input: ExampleType, layers: Layer[]): ModelSpecSource {
  const { dtype, shape } = input as { dtype: 'float32' | 'int32'; shape: readonly number[] };
  return { version: 1, name, inputs: [{ id: 'x', shape: [...shape], dtype }], layers, outputs: [layers.at(-1)!.id] };
}

function model(
  name: string,
  batch: number,
  input: ExampleType,
  classes: number,
  layers: Layer[],
  target = label,
): BenchModel {
  return { name, batch, input, target, classes, spec: spec(name, input, layers) };
}

const dense = (id: string, units: number): Layer => ({ id, type: 'Dense', options: { units } });
const relu = (id: string): Layer => ({ id, type: 'Relu' });

const mlp = model('mlp', 64, image([784]), 10, [
  dense('fc1', 256),
  relu('relu1'),
  dense('fc2', 128),
  relu('relu2'),
  dense('fc3', 10),
]);

const conv = (id: string, filters: number): Layer => ({
  id,
  type: 'Conv2d',
  options: { filters, kernel: 3, padding: 'same' },
});
const pool = (id: string): Layer => ({ id, type: 'MaxPool2d', options: { kernel: 2 } });

const leNet = model('lenet', 64, image([1, 28, 28]), 10, [
  conv('conv1', 32),
  relu('relu1'),
  pool('pool1'),
  conv('conv2', 64),
  relu('relu2'),
  pool('pool2'),
  { id: 'flat', type: 'Flatten' },
  dense('fc1', 128),
  relu('relu3'),
  dense('fc2', 10),
]);

function residual(stage: number, block: number, filters: number): Layer {
  const stride = stage > 0 && block === 0 ? 2 : 1;
  return { id: `block${stage}_${block}`, type: 'ResidualBlock', options: { filters, stride } };
}

const resNet20 = model('resnet20', 32, image([3, 32, 32]), 10, [
  { id: 'stem', type: 'Conv2d', options: { filters: 16, kernel: 3, padding: 'same', bias: false } },
  { id: 'norm', type: 'BatchNorm' },
  relu('relu'),
  ...[16, 32, 64].flatMap((filters, stage) => [0, 1, 2].map((block) => residual(stage, block, filters))),
  { id: 'pool', type: 'GlobalPool' },
  dense('fc', 10),
]);

const lstm = model('lstm', 32, image([64, 64]), 10, [
  { id: 'lstm', type: 'Lstm', options: { units: 128, returnSequences: false } },
  dense('fc', 10),
]);

const vocabulary = 64;
const length = 128;

const transformer = model(
  'transformer',
  16,
  { dtype: 'int32', shape: [length] },
  vocabulary,
  [
    { id: 'embed', type: 'Embedding', options: { count: vocabulary, dimension: 128 } },
    { id: 'position', type: 'PositionalEmbedding', options: { longest: length } },
    ...[0, 1, 2, 3].map((index): Layer => ({
      id: `block${index}`,
      type: 'TransformerEncoder',
      options: { heads: 4, hidden: 512, dropout: 0, causal: true },
    })),
    dense('head', vocabulary),
  ],
  { dtype: 'int32', shape: [length] },
);

export const benchModels: readonly BenchModel[] = [mlp, leNet, resNet20, lstm, transformer];
