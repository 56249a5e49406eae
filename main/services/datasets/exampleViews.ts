// Examples as a window shows them: pages of rows, single examples, counts.
import type { CellValue, ExampleQuery, ImageBlock, RowBlock } from '../../../contract/services/datasets.js';
import { classNamesOf } from '../../../engine/data/dataSet.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { partNames } from '../../../engine/data/split.js';
import { cellOf, shortCell } from './cells.js';
import type { Shelved } from './dataLibrary.js';
import { imageBlock } from './imageBlock.js';
import { classColumnOf, imageColumnOf } from './openDataSet.js';

export interface Page {
  readonly query: ExampleQuery;
  readonly from: number;
  readonly count: number;
}

export function pageOfImages(open: Shelved, { query, from, count }: Page, size: number | undefined): ImageBlock {
  const examples = open.queries.examples(query);
  return imageBlock(open, examples.subarray(from, from + count), size, examples.length);
}

export function pageOfRows(open: Shelved, { query, from, count }: Page): RowBlock {
  const { columns } = open.dataSet;
  const all = open.queries.examples(query);
  const examples = all.slice(from, from + count);
  return {
    columns: columns.map(({ name }) => name),
    examples,
    parts: Uint8Array.from(examples, (example) => open.partOf[example]!),
    rows: Array.from(examples, (example) => columns.map((column) => shortCell(cellOf(column, example)))),
    total: all.length,
  };
}

export function countOf(open: Shelved, query: ExampleQuery): { total: number; classCounts: number[] } {
  const examples = open.queries.examples(query);
  const classCounts = classNamesOf(open.dataSet).map(() => 0);
  const codes = classColumnOf(open.dataSet)?.codes;
  if (codes) for (const example of examples) if (codes[example]! >= 0) classCounts[codes[example]!]!++;
  return { total: examples.length, classCounts };
}

/** @throws EngineError `data.example` */
export function wholeExample(
  open: Shelved,
  example: number,
): { cells: Record<string, CellValue>; image: ImageBlock | null; part: string } {
  const { dataSet, partOf } = open;
  if (example >= dataSet.count)
    throw new EngineError(
      'data.example',
      `Data set '${dataSet.name}': examples are numbered 0 to ${dataSet.count - 1}, got ${example}`,
    );
  return {
    cells: Object.fromEntries(dataSet.columns.map((column) => [column.name, cellOf(column, example)])),
    image: imageColumnOf(dataSet) ? imageBlock(open, Int32Array.of(example), undefined) : null,
    part: partNames[partOf[example]!]!,
  };
}
