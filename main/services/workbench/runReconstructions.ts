// Reconstructions as a view shows them: pictures, rows of numbers, or the columns of a table.
import type { Reconstructions } from '../../../contract/jobs.js';
import type { ReconstructedColumn, Reconstruction } from '../../../contract/services/runs.js';
import { missingLevel, widthOf, type Feature, type Preprocessing } from '../../../engine/data/preprocessing.js';
import { columnValues, type ColumnValue } from '../../../engine/data/reconstructedColumns.js';
import type { InputTarget } from '../../../engine/data/reconstruction.js';
import { sizeOf } from '../../../engine/ir/shape.js';

/** By place in the result. */
export function reconstructionReader(
  { places, inputs, outputs }: Reconstructions,
  preprocessing: Preprocessing,
): (place: number) => Reconstruction {
  const target = preprocessing.target as InputTarget;
  const [transform] = preprocessing.inputs;
  const size = sizeOf(target.shape);
  const rows = new Map(Array.from(places, (place, row) => [place, row]));
  const picture = pictureShape(target.shape);
  return (place) => {
    const row = rows.get(place);
    if (row === undefined) return { kind: 'left out' };
    const [input, output] = [inputs, outputs].map((all) => all.slice(row * size, (row + 1) * size)) as [
      Reconstructions['inputs'],
      Reconstructions['inputs'],
    ];
    if (transform?.kind === 'features')
      return { kind: 'columns', columns: columnsOf(transform.features, input, output) };
    if (picture) return { kind: 'image', shape: picture, white: input instanceof Uint8Array ? 255 : 1, input, output };
    return { kind: 'numbers', input: Float32Array.from(input), output: Float32Array.from(output) };
  };
}

/** Channels × height × width of what can be looked at; undefined for other arrays. */
function pictureShape(shape: readonly number[]): readonly number[] | undefined {
  if (shape.length === 3 && (shape[0] === 1 || shape[0] === 3)) return shape;
  return shape.length === 2 && Math.min(...shape) > 2 ? [1, ...shape] : undefined;
}

/** Of a category that is missing there is a level of its own. */
function known(value: ColumnValue): ColumnValue | null {
  return value === missingLevel ? null : value;
}

function columnsOf(
  features: readonly Feature[],
  input: ArrayLike<number>,
  output: ArrayLike<number>,
): ReconstructedColumn[] {
  const [given, made] = [columnValues(features, input), columnValues(features, output)];
  let at = 0;
  return features.map((feature, index) => {
    const start = at;
    at += widthOf(feature);
    const [own, rebuilt] = [given[index]!, made[index]!];
    if (feature.kind === 'oneHot')
      return { name: feature.column, input: known(own), output: known(rebuilt), error: own === rebuilt ? 0 : 1 };
    const isMissing = feature.missingFlag && input[start + 1]! > 0.5;
    const error = Math.abs(Number(rebuilt) - Number(own)) / feature.std;
    return { name: feature.column, input: isMissing ? null : own, output: rebuilt, error };
  });
}
