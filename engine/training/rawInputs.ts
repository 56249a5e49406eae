// Examples as they are before preparation, in the form that an exported graph with preprocessing inside takes them.
import { findColumn, type DataSet } from '../data/dataSet.js';
import { gatherTensors, type ExampleSet } from '../data/exampleSet.js';
import { reader } from '../data/fitPreprocessing.js';
import type { Feature, InputTransform, Preprocessing } from '../data/preprocessing.js';
import { EngineError } from '../ir/diagnostic.js';
import { sizeOf } from '../ir/shape.js';
import { tensorOf, type Tensor } from '../ir/tensor.js';

/** Input tensors by the exported graph's input names; what has no preparation in the graph is given prepared. */
export function rawInputs(
  dataSet: DataSet,
  preprocessing: Preprocessing,
  prepared: ExampleSet,
  examples: Int32Array,
): Record<string, Tensor> {
  const raw: Record<string, Tensor> = {};
  for (const transform of preprocessing.inputs) {
    if (transform.kind === 'features')
      for (const feature of transform.features) raw[feature.column] = featureInput(dataSet, feature, examples);
    else if (transform.kind === 'array') raw[transform.input] = arrayInput(dataSet, transform, examples);
    else
      Object.assign(
        raw,
        gatherTensors(
          prepared.inputs.filter(({ name }) => name === transform.input),
          examples,
        ),
      );
  }
  return raw;
}

function featureInput(dataSet: DataSet, feature: Feature, examples: Int32Array): Tensor {
  const column = findColumn(dataSet, feature.column);
  if (feature.kind === 'number' && column?.type === 'number')
    return {
      dtype: 'float32',
      shape: [examples.length, 1],
      data: Float32Array.from(examples, (at) => column.values[at]!),
    };
  if (feature.kind === 'oneHot' && column?.type === 'category') {
    const known = column.categories.map((category) => feature.categories.indexOf(category));
    const codes = Array.from(examples, (at) => known[column.codes[at]!] ?? -1);
    return tensorOf('int64', [examples.length], codes);
  }
  throw new EngineError(
    'data.column',
    `Data set '${dataSet.name}': column '${feature.column}' is not of the type that was prepared`,
  );
}

function arrayInput(dataSet: DataSet, transform: InputTransform & { kind: 'array' }, examples: Int32Array): Tensor {
  const column = findColumn(dataSet, transform.column);
  if (column?.type !== 'array')
    throw new EngineError(
      'data.column',
      `Data set '${dataSet.name}': column '${transform.column}' must be of type array`,
    );
  const size = sizeOf(column.shape);
  const read = reader(column);
  const data = new Float32Array(examples.length * size);
  for (let index = 0; index < data.length; index++)
    data[index] = read(examples[Math.floor(index / size)]! * size + (index % size));
  return { dtype: 'float32', shape: [examples.length, ...column.shape], data };
}
