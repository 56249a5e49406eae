// What is kept of a data set for forms and estimates, as plain data: it is found in the thread that reads the examples.
import { faultOf, type Fault } from '../../contract/fault.js';
import type { DataSet } from '../../engine/data/dataSet.js';
import type { Preprocessing } from '../../engine/data/preprocessing.js';
import { sizeOf } from '../../engine/ir/shape.js';
import type { ModelSpec } from '../../engine/layers/modelSpec.js';
import { exampleTypesOf } from '../../engine/training/exampleTypes.js';
import type { LoadedDataSet } from './datasets/loadDataSet.js';
import { bytesOfColumns } from './datasets/openDataSet.js';
import { factsOf, type DataFacts } from './prepareTraining.js';

export interface KnownFacts extends Omit<DataFacts, 'defaultModel'> {
  /** A model that fits the data, or why there is none. */
  readonly model: { readonly spec: ModelSpec } | { readonly fault: Fault };
  readonly parts: { readonly train: number; readonly val: number; readonly test: number };
  /** The data set in memory, and the numbers that are computed from it beforehand. */
  readonly bytes: number;
  readonly featureBytes: number;
}

export function knownFactsOf(loaded: LoadedDataSet): KnownFacts {
  const { dataSet, split, preprocessing } = loaded;
  const { defaultModel, ...facts } = factsOf(loaded);
  return {
    ...facts,
    model: attempt(defaultModel),
    parts: { train: split.train.length, val: split.val.length, test: split.test.length },
    bytes: bytesOfColumns(dataSet),
    featureBytes: featureBytesOf(dataSet, preprocessing),
  };
}

function attempt(make: () => ModelSpec): KnownFacts['model'] {
  try {
    return { spec: make() };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** Tables and texts become matrices of 4-byte numbers; arrays and windows are read where they lie. */
function featureBytesOf({ count }: DataSet, preprocessing: Preprocessing): number {
  const { inputs } = exampleTypesOf(preprocessing);
  return preprocessing.inputs
    .filter(({ kind }) => kind !== 'array' && kind !== 'windows' && kind !== 'history')
    .reduce((sum, { input }) => sum + 4 * count * sizeOf(inputs[input]!.shape), 0);
}
