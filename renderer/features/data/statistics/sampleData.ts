// Samples of a data set for what is computed in the window: rows and pictures taken evenly over all.
import type { Client } from '../../../../contract/service.js';
import type { CellValue, datasetsService, ImageBlock } from '../../../../contract/services/datasets.js';
import { spread } from '../list/thumbnails.js';

type Datasets = Client<typeof datasetsService>;

export const mostRows = 4000;
const rowsAtOnce = 1000;

export interface RowSample {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** At most {@link mostRows} rows in their order. */
export async function sampleRows(
  service: Pick<Datasets, 'rows'>,
  { id, count }: { readonly id: string; readonly count: number },
  signal: AbortSignal,
): Promise<RowSample> {
  const numbers = spread(count, mostRows);
  const rows: (readonly CellValue[])[] = [];
  let columns: readonly string[] = [];
  for (let from = 0; from < numbers.length; from += rowsAtOnce) {
    const examples = numbers.slice(from, from + rowsAtOnce);
    const block = await service.rows({ id, query: { examples }, from: 0, count: examples.length }, { signal });
    columns = block.columns;
    rows.push(...block.rows);
  }
  return { columns, rows };
}

/** A numeric column of a sample; NaN where there is no number. */
export function numbersOf({ columns, rows }: RowSample, name: string): Float64Array {
  const at = columns.indexOf(name);
  return Float64Array.from(rows, (cells) => {
    const value = cells[at];
    return typeof value === 'number' ? value : NaN;
  });
}

export interface MeanImage {
  /** One picture. */
  readonly block: ImageBlock;
  /** Pictures that it is the mean of. */
  readonly count: number;
}

export const mostPerMean = 256;

/** The mean of training pictures of a class, or of all; undefined where there is none. */
export async function meanImage(
  service: Pick<Datasets, 'images' | 'examples'>,
  { id, code }: { readonly id: string; readonly code: number | undefined },
  signal: AbortSignal,
): Promise<MeanImage | undefined> {
  const query = { part: 'train' as const, ...(code !== undefined && { class: code }) };
  const { examples: all } = await service.examples({ id, query }, { signal });
  if (all.length === 0) return undefined;
  const examples = spread(all.length, mostPerMean).map((place) => all[place]!);
  const block = await service.images(
    { id, query: { examples }, from: 0, count: examples.length, size: 96 },
    { signal },
  );
  return { block: averageOf(block), count: examples.length };
}

/** One picture whose pixels are the means of a block's. */
export function averageOf(block: ImageBlock): ImageBlock {
  const size = block.width * block.height * 4;
  const count = block.examples.length;
  const sums = new Float64Array(size);
  for (let at = 0; at < count * size; at++) sums[at % size]! += block.pixels[at]!;
  const pixels = Uint8Array.from(sums, (sum) => Math.round(sum / Math.max(1, count)));
  const [examples, classes, parts] = [block.examples.slice(0, 1), block.classes.slice(0, 1), block.parts.slice(0, 1)];
  return { ...block, pixels, examples, classes, parts };
}

export interface CharacterCount {
  readonly character: string;
  readonly count: number;
}

/** The most frequent characters of texts first. */
export function countCharacters(texts: Iterable<string>, most: number): CharacterCount[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts]
    .map(([character, count]) => ({ character, count }))
    .sort((one, other) => other.count - one.count)
    .slice(0, most);
}
