// What forms and estimates need to know of a data set, read once for each state of it: the examples themselves are let go.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainRequest } from '../../../contract/training.js';
import type { Column, DataSet } from '../../../engine/data/dataSet.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { ModelSpec } from '../../../engine/layers/modelSpec.js';
import { exampleTypesOf } from '../../../engine/training/exampleTypes.js';
import { findDescription, loadDataSet, type LoadedDataSet } from '../datasets/loadDataSet.js';
import { factsOf, type DataFacts } from '../prepareTraining.js';
import type { Workspace } from '../workspaces.js';

export interface TrainingFacts extends DataFacts {
  /** Names the state of the data: other facts have another one. */
  readonly stamp: string;
  readonly parts: { readonly train: number; readonly val: number; readonly test: number };
  /** The data set in memory, and the numbers that are computed from it beforehand. */
  readonly bytes: number;
  readonly featureBytes: number;
}

/** Data sets whose facts are kept. */
const kept = 16;

export class FactStore {
  private readonly known = new Map<string, { readonly stamp: string; readonly facts: Promise<TrainingFacts> }>();

  constructor(private readonly workspace: Workspace) {}

  /** @throws EngineError `data.*` */
  async of({ data, target }: Pick<TrainRequest, 'data' | 'target'>): Promise<TrainingFacts> {
    const key = JSON.stringify([data, target ?? null]);
    const stamp = `${key} ${await this.stampOf(data)}`;
    const known = this.known.get(key);
    if (known?.stamp === stamp) return known.facts;
    const facts = loadDataSet(data, { target, workspace: this.workspace.path }).then((loaded) => reduce(loaded, stamp));
    this.known.delete(key);
    this.known.set(key, { stamp, facts });
    facts.catch(() => this.known.delete(key));
    if (this.known.size > kept) this.known.delete([...this.known.keys()][0]!);
    return facts;
  }

  private async stampOf(data: string): Promise<string> {
    const { folder, description } = await findDescription(data, { workspace: this.workspace.path });
    const [file, own] = [join(folder, 'dataset.json'), folder].map((path) => statSync(path, { throwIfNoEntry: false }));
    return `${folder} ${file?.mtimeMs ?? own?.mtimeMs ?? 0} ${JSON.stringify(description)}`;
  }
}

function reduce(loaded: LoadedDataSet, stamp: string): TrainingFacts {
  const { dataSet, split } = loaded;
  const facts = factsOf(loaded);
  const model = attempt(() => facts.defaultModel());
  return {
    ...facts,
    // Made now: it must not hold on to the examples.
    defaultModel: () => model(),
    stamp,
    parts: { train: split.train.length, val: split.val.length, test: split.test.length },
    bytes: dataSet.columns.reduce((sum, column) => sum + bytesOf(column), 0),
    featureBytes: featureBytesOf(dataSet, facts),
  };
}

/** What `make` gives now, or the error that it throws, as often as it is asked for. */
function attempt(make: () => ModelSpec): () => ModelSpec {
  try {
    const made = make();
    return () => made;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** JavaScript's strings: 2 bytes a character beyond Latin, and some 24 for each. */
function bytesOf(column: Column): number {
  switch (column.type) {
    case 'number':
      return column.values.byteLength;
    case 'category':
      return column.codes.byteLength;
    case 'array':
      return column.data.byteLength;
    case 'windows':
      return column.points.byteLength;
    case 'text':
      return column.values.reduce((sum, value) => sum + 24 + 2 * value.length, 0);
  }
}

/** Tables and texts become matrices of 4-byte numbers; arrays and windows are read where they lie. */
function featureBytesOf({ count }: DataSet, { preprocessing }: DataFacts): number {
  const { inputs } = exampleTypesOf(preprocessing);
  return preprocessing.inputs
    .filter(({ kind }) => kind !== 'array' && kind !== 'windows' && kind !== 'history')
    .reduce((sum, { input }) => sum + 4 * count * sizeOf(inputs[input]!.shape), 0);
}
