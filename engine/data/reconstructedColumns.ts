// The features of a table as a model gives them back, as values of the table's columns.
import { missingLevel, widthOf, type Feature } from './preprocessing.js';

export type ColumnValue = string | number;

/** Numbers and shares of levels, in the data's own unit, become a value a column: of categories the level with the largest share. */
export function columnValues(features: readonly Feature[], values: ArrayLike<number>): ColumnValue[] {
  let at = 0;
  return features.map((feature) => {
    const start = at;
    at += widthOf(feature);
    return feature.kind === 'number' ? values[start]! : levelOf(feature.categories, values, start);
  });
}

function levelOf(categories: readonly string[], values: ArrayLike<number>, start: number): string {
  let best = 0;
  for (let level = 1; level <= categories.length; level++)
    if (values[start + level]! > values[start + best]!) best = level;
  return categories[best] ?? missingLevel;
}
