// Numbers and one-hot categories side by side: one float32 row an example.
import { EngineError } from '../ir/diagnostic.js';
import { findColumn, type DataSet } from './dataSet.js';
import { widthOf, type Feature } from './preprocessing.js';

/** Row-major [count, width]. */
export function featureMatrix(dataSet: DataSet, features: readonly Feature[]): { rows: Float32Array; width: number } {
  const width = features.reduce((sum, feature) => sum + widthOf(feature), 0);
  const rows = new Float32Array(dataSet.count * width);
  let at = 0;
  for (const feature of features) {
    writeFeature(dataSet, feature, { rows, width, at });
    at += widthOf(feature);
  }
  return { rows, width };
}

interface Slot {
  readonly rows: Float32Array;
  readonly width: number;
  readonly at: number;
}

function writeFeature(dataSet: DataSet, feature: Feature, { rows, width, at }: Slot): void {
  const column = findColumn(dataSet, feature.column);
  if (feature.kind === 'number' && column?.type === 'number') {
    column.values.forEach((value, example) => {
      const missing = Number.isNaN(value);
      rows[example * width + at] = ((missing ? feature.fill : value) - feature.mean) / feature.std;
      if (feature.missingFlag) rows[example * width + at + 1] = missing ? 1 : 0;
    });
  } else if (feature.kind === 'oneHot' && column?.type === 'category') {
    const levels = column.categories.map((category) => feature.categories.indexOf(category));
    column.codes.forEach((code, example) => {
      const level = levels[code] ?? -1;
      rows[example * width + at + (level < 0 ? feature.categories.length : level)] = 1;
    });
  } else {
    const expected = feature.kind === 'number' ? 'number' : 'category';
    throw new EngineError(
      'data.column',
      `Data set '${dataSet.name}': column '${feature.column}' must be of type ${expected}, got ${column?.type ?? 'no such column'}`,
    );
  }
}
