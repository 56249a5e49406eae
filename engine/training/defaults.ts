// Model and settings for data that comes with neither: sensible by the kind of data and its size.
import type { DataSet, TaskKind } from '../data/dataSet.js';
import type { ExampleSet } from '../data/exampleSet.js';
import type { InputTarget } from '../data/reconstruction.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { EngineError } from '../ir/diagnostic.js';
import { autoencoder } from '../layers/templates/autoencoder.js';
import { readModelSpec, type ModelSpec, type ModelSpecSource } from '../layers/modelSpec.js';
import type { TrainSettings } from './settings.js';
import { trainSettingsSchema } from './settings.js';

type Layer = ModelSpecSource['layers'][number];

const dense = (id: string, units: number, activation?: string): Layer => ({
  id,
  type: 'Dense',
  options: { units, ...(activation && { activation }) },
});

/** What a training is about: the task of its data, or the input itself. */
export type TrainingTask = TaskKind | 'reconstruction';

/** Outputs of the last layer: classes, characters, or one number; of a reconstruction its last dimension. */
export function outputWidth({ target }: Preprocessing): number {
  if (target.kind === 'class') return target.classes.length;
  if (target.kind === 'input') return target.shape.at(-1) ?? 1;
  return target.kind === 'nextCharacters' ? target.vocabulary.length + 2 : 1;
}

/** Down to a narrow code and back, for a reconstruction. */
export function defaultAutoencoder(name: string, { target, inputs }: Preprocessing): ModelSpec {
  const { shape } = target as InputTarget;
  const { input } = inputs[0]!;
  const spec = autoencoder({ shape });
  return readModelSpec({ ...spec, name, inputs: [{ ...spec.inputs[0]!, id: input }] });
}

/** A modest model for the data's only input. Throws `data.model` where there are several inputs: such models are drawn. */
export function defaultModel(dataSet: DataSet, examples: ExampleSet, preprocessing: Preprocessing): ModelSpec {
  if (preprocessing.target.kind === 'input') return defaultAutoencoder(dataSet.name, preprocessing);
  const [input, ...others] = examples.inputs;
  if (!input || others.length > 0)
    throw new EngineError(
      'data.model',
      `Data set '${dataSet.name}': a default model needs one input, got ${examples.inputs.map(({ name }) => name).join(', ')}; give a specification`,
    );
  const width = outputWidth(preprocessing);
  const { shape, dtype } = input;
  const body =
    dtype === 'int32'
      ? characterLayers(input.limit ?? 256, preprocessing.target.kind === 'nextCharacters')
      : shape.length === 3
        ? imageLayers(shape)
        : shape.length === 2
          ? [{ id: 'flat', type: 'Flatten' }, ...tableLayers(examples.count)]
          : tableLayers(examples.count);
  const layers = [...body, dense('out', width)];
  return readModelSpec({
    version: 1,
    name: dataSet.name,
    inputs: [{ id: input.name, shape: [...shape], dtype }],
    layers,
    outputs: ['out'],
  });
}

/** Two hidden layers, as wide as the number of examples can feed. */
function tableLayers(examples: number): Layer[] {
  const units = examples < 500 ? 32 : examples < 5000 ? 64 : 256;
  return [dense('hidden1', units, 'relu'), dense('hidden2', units, 'relu')];
}

/** LeNet's plan with 3×3 kernels; large images are halved until the dense layer is small. */
function imageLayers([, height = 1, width = 1]: readonly number[]): Layer[] {
  const layers: Layer[] = [];
  let side = Math.min(height, width);
  for (let stage = 1, filters = 32; stage <= 2 || side > 16; stage++, filters = Math.min(128, filters * 2)) {
    if (side < 2) break;
    layers.push(
      { id: `conv${stage}`, type: 'Conv2d', options: { filters, kernel: 3, padding: 'same', activation: 'relu' } },
      { id: `pool${stage}`, type: 'MaxPool2d', options: { kernel: 2 } },
    );
    side = Math.floor(side / 2);
  }
  return [
    ...layers,
    { id: 'flat', type: 'Flatten' },
    { id: 'drop1', type: 'Dropout', options: { rate: 0.25 } },
    dense('hidden', 128, 'relu'),
    { id: 'drop2', type: 'Dropout', options: { rate: 0.25 } },
  ];
}

/** An embedding; for classes convolutions and a pool over time, for the next character causal attention. */
function characterLayers(count: number, next: boolean): Layer[] {
  const embedding: Layer = { id: 'embedding', type: 'Embedding', options: { count, dimension: next ? 96 : 48 } };
  if (next)
    return [
      embedding,
      { id: 'position', type: 'SinusoidalPositions' },
      ...[1, 2].map((index): Layer => ({
        id: `block${index}`,
        type: 'TransformerEncoder',
        options: { heads: 4, hidden: 256, dropout: 0.1, causal: true },
      })),
    ];
  return [
    embedding,
    { id: 'turn', type: 'Permute', options: { order: [2, 1] } },
    { id: 'conv1', type: 'Conv1d', options: { filters: 96, kernel: 3, padding: 'same', activation: 'relu' } },
    { id: 'conv2', type: 'Conv1d', options: { filters: 96, kernel: 3, padding: 'same', activation: 'relu' } },
    { id: 'pool', type: 'GlobalPool', options: { mode: 'max' } },
    { id: 'drop', type: 'Dropout', options: { rate: 0.3 } },
  ];
}

/** About 3,000 steps of Adam under a cosine, with the loss and metrics of the task. */
export function defaultSettings(
  dataSet: Pick<DataSet, 'kind'> & { readonly task: TrainingTask },
  examples: number,
): TrainSettings {
  const batch = examples < 1000 ? 16 : 64;
  // A step of convolutions costs more, and a class is found sooner than every pixel.
  const steps = dataSet.kind === 'image' && dataSet.task !== 'reconstruction' ? 1500 : 3000;
  return trainSettingsSchema.parse({
    epochs: Math.min(150, Math.max(3, Math.round((steps * batch) / examples))),
    batch,
    optimizer: { type: 'adamW', options: { weightDecay: 0.01 } },
    learningRate: 0.002,
    schedule: { type: 'cosine' },
    ...taskSettings(dataSet),
  });
}

/** Loss and metrics by task. */
export function taskSettings({ task }: { readonly task: TrainingTask }): {
  loss: { type: string };
  metrics: { type: string }[];
} {
  // R² is taken for each number by itself, and pixels of the edge hardly vary.
  if (task === 'reconstruction')
    return { loss: { type: 'meanSquaredError' }, metrics: [{ type: 'rmse' }, { type: 'mae' }] };
  if (task === 'classification')
    return {
      loss: { type: 'crossEntropy' },
      metrics: [{ type: 'accuracy' }, { type: 'f1' }, { type: 'confusionMatrix' }],
    };
  if (task === 'languageModel')
    return {
      loss: { type: 'crossEntropy' },
      metrics: [{ type: 'accuracy' }, { type: 'perplexity' }, { type: 'bitsPerCharacter' }],
    };
  return { loss: { type: 'meanSquaredError' }, metrics: [{ type: 'rmse' }, { type: 'mae' }, { type: 'r2' }] };
}
