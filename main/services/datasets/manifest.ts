// What lists show of a data set; kept in the database, so that lists need not read any file.
import { classNamesOf, type DataSet } from '../../../engine/data/dataSet.js';
import { classCountsOf, shapeOf } from './openDataSet.js';

export interface DatasetManifest {
  readonly kind: DataSet['kind'];
  readonly task: DataSet['task'];
  readonly count: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly inputs: readonly string[];
  readonly target: string;
  readonly classes: readonly string[];
  /** In the order of `classes`. Missing in manifests of the first versions of Descent. */
  readonly classCounts?: readonly number[];
  /** Of one example of the main input. Missing in manifests of the first versions of Descent. */
  readonly shape?: readonly number[];
  /** Of all files. */
  readonly bytes: number;
  readonly remarks: readonly string[];
}

export function manifestOf(dataSet: DataSet, bytes: number): DatasetManifest {
  const { kind, task, count, columns, inputs, target, remarks } = dataSet;
  return {
    kind,
    task,
    count,
    columns: columns.map(({ name, type }) => ({ name, type })),
    inputs,
    target,
    classes: classNamesOf(dataSet),
    classCounts: classCountsOf(dataSet).map((entry) => entry.count),
    shape: shapeOf(dataSet),
    bytes,
    remarks,
  };
}
