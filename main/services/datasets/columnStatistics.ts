// What a column holds, in numbers: range, quartiles, histogram, frequencies, lengths.
import type { ColumnStatistics } from '../../../contract/services/datasets.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { lengthOf, type ArrayColumn, type Column, type DataSet } from '../../../engine/data/dataSet.js';
import { elementsOf, rangeOf } from './elements.js';

type Numbers = NonNullable<ColumnStatistics['numbers']>;

const bins = 40;
const mostCategories = 50;
/** Elements of an array that quartiles are taken of. */
const sampled = 200_000;
/** Bytes that are counted. */
const countedBytes = 8 * 2 ** 20;

/** What is known of a column without looking at its values. */
export function columnOutline(dataSet: DataSet, column: Column): ColumnStatistics {
  const role: ColumnStatistics['role'] =
    column.name === dataSet.target ? 'target' : dataSet.inputs.includes(column.name) ? 'input' : 'ignored';
  const nothing = {
    missing: 0,
    distinct: 0,
    numbers: null,
    categories: null,
    lengths: null,
    shape: null,
    isBytes: false,
    isDate: false,
    outliers: 0,
  };
  return { name: column.name, type: column.type, role, ...nothing, ...formOf(column) };
}

export function columnStatistics(dataSet: DataSet, column: Column): ColumnStatistics {
  return { ...columnOutline(dataSet, column), ...statisticsOf(column) };
}

function formOf(column: Column): Partial<ColumnStatistics> {
  switch (column.type) {
    case 'number':
      return column.isDate ? { isDate: true } : {};
    case 'windows':
      return { lengths: { min: column.length, max: column.length, mean: column.length } };
    case 'array':
      return { shape: column.shape, isBytes: column.data instanceof Uint8Array };
    default:
      return {};
  }
}

function statisticsOf(column: Column): Partial<ColumnStatistics> {
  switch (column.type) {
    case 'number': {
      const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
      let distinct = sorted.length > 0 ? 1 : 0;
      for (let at = 1; at < sorted.length; at++) if (sorted[at] !== sorted[at - 1]) distinct++;
      return {
        missing: column.values.length - sorted.length,
        distinct,
        numbers: numbersOf(sorted),
        outliers: outliersIn(sorted),
      };
    }
    case 'category': {
      const counts = new Float64Array(column.categories.length);
      let missing = 0;
      for (const code of column.codes) {
        if (code < 0) missing++;
        else counts[code]!++;
      }
      const categories = column.categories.map((name, code) => ({ name, count: counts[code]! }));
      return { missing, distinct: counts.filter((count) => count > 0).length, categories: mostFrequent(categories) };
    }
    case 'text':
      return textStatistics(column.values);
    case 'windows':
      return { distinct: new Set(column.points).size };
    case 'array':
      // How many differ is told by the search for leaks, which is asked for: comparing all examples takes long.
      return {
        numbers: lengthOf(column) > 0 && sizeOf(column.shape) > 0 ? arrayNumbers(column) : null,
      };
  }
}

function mostFrequent(categories: { name: string; count: number }[]): { name: string; count: number }[] {
  return categories.sort((a, b) => b.count - a.count).slice(0, mostCategories);
}

function textStatistics(values: readonly string[]): Partial<ColumnStatistics> {
  const counts = new Map<string, number>();
  let [min, max, sum] = [Infinity, 0, 0];
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    min = Math.min(min, value.length);
    max = Math.max(max, value.length);
    sum += value.length;
  }
  const isRepeated = counts.size < values.length / 2;
  return {
    missing: counts.get('') ?? 0,
    distinct: counts.size,
    lengths: values.length > 0 ? { min, max, mean: sum / values.length } : null,
    categories: isRepeated ? mostFrequent([...counts].map(([name, count]) => ({ name, count }))) : null,
  };
}

/** Of ascending numbers. Bins are equal; the last one has both its ends. */
function numbersOf(sorted: Float64Array): Numbers | null {
  const count = sorted.length;
  if (count === 0) return null;
  const [min, max] = [sorted[0]!, sorted[count - 1]!];
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const histogram = new Array<number>(bins).fill(0);
  const width = (max - min) / bins;
  for (const value of sorted) histogram[binOf(value, min, width)]!++;
  const quartiles = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [number, number, number];
  return { min, max, mean, std: Math.sqrt(variance), quartiles, histogram };
}

/** Beyond the middle half by more than three times its width: Tukey's «far out». Where half of all are equal nothing is told. */
function outliersIn(sorted: Float64Array): number {
  if (sorted.length === 0) return 0;
  const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = 3 * (high - low);
  if (!(reach > 0)) return 0;
  return sorted.reduce((count, value) => count + Number(value < low - reach || value > high + reach), 0);
}

function binOf(value: number, min: number, width: number): number {
  // A width of 0 (all equal) or of infinity (beyond doubles) leaves one bin.
  const bin = Math.floor((value - min) / width);
  return Number.isFinite(bin) ? Math.min(bins - 1, Math.max(0, bin)) : 0;
}

/** Linear between neighbours, as NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low);
}

/** Of all elements of all examples; quartiles and histogram of a sample at even distances where there are very many. */
function arrayNumbers(column: ArrayColumn): Numbers | null {
  if (column.dtype === 'uint8') return byteNumbers(column.data as Uint8Array);
  const data = elementsOf(column);
  const step = Math.max(1, Math.floor(data.length / sampled));
  const sample = Float64Array.from({ length: Math.ceil(data.length / step) }, (_, at) => data[at * step]!);
  const ofSample = numbersOf(sample.filter((value) => !Number.isNaN(value)).sort());
  if (!ofSample || step === 1) return ofSample;
  const [min, max] = rangeOf(column);
  let [sum, squares] = [0, 0];
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / data.length;
  const histogram = new Array<number>(bins).fill(0);
  const width = (max - min) / bins;
  for (const value of sample) histogram[binOf(value, min, width)]!++;
  return { ...ofSample, min, max, mean, std: Math.sqrt(Math.max(0, squares / data.length - mean * mean)), histogram };
}

/** Bytes are counted: everything follows from how often each of the 256 occurs, of very many at even distances. */
function byteNumbers(all: Uint8Array): Numbers {
  // Odd, so that images of even widths are not seen at the same columns only.
  const step = 2 * Math.floor(all.length / countedBytes / 2) + 1;
  const counted = Math.ceil(all.length / step);
  const counts = new Float64Array(256);
  for (let at = 0; at < all.length; at += step) counts[all[at]!]!++;
  const present = Array.from({ length: 256 }, (_, value) => value).filter((value) => counts[value]! > 0);
  const [min, max] = [present[0]!, present.at(-1)!];
  const mean = present.reduce((sum, value) => sum + value * counts[value]!, 0) / counted;
  const variance = present.reduce((sum, value) => sum + (value - mean) ** 2 * counts[value]!, 0) / counted;
  const histogram = new Array<number>(bins).fill(0);
  for (const value of present) histogram[binOf(value, min, (max - min) / bins)]! += counts[value]!;
  const quartiles = [0.25, 0.5, 0.75].map((share) => {
    let left = share * (counted - 1);
    return present.find((value) => (left -= counts[value]!) < 0) ?? max;
  }) as [number, number, number];
  return { min, max, mean, std: Math.sqrt(variance), quartiles, histogram };
}
