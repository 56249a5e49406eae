// What a trainer is given: data, how it is split and prepared, the model and the settings, all plain data.
import type { DataSet } from '../data/dataSet.js';
import type { Preprocessing } from '../data/preprocessing.js';
import type { ModelSpec } from '../layers/modelSpec.js';
import type { ImportedSource } from './importedModel.js';
import type { TrainSettings } from './settings.js';
import type { Tensor } from '../ir/tensor.js';

export const splitNames = ['train', 'val', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** A model and how it is trained, without the data. */
export interface TrainedData {
  readonly preprocessing: Preprocessing;
  /** A model drawn here … */
  readonly spec?: ModelSpec;
  /** … or one from a file. */
  readonly imported?: ImportedSource;
  readonly settings: TrainSettings;
  /** Weights to start from, by parameter or buffer name. */
  readonly weights?: ReadonlyMap<string, Tensor>;
}

export interface TrainingData extends TrainedData {
  readonly dataSet: DataSet;
  /** Example numbers of each part; `val` and `test` may be empty. */
  readonly split: Readonly<Record<SplitName, Int32Array>>;
}
