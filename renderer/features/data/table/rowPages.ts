// The rows of a query in pages, as the service gives them.
import type { Client } from '../../../../contract/service.js';
import type { CellValue, datasetsService, ExampleQuery, RowBlock } from '../../../../contract/services/datasets.js';
import { pageQuery } from '../grid/imagePages.js';
import { decimalsOf } from './cellText.js';
import { PageCache } from '../pageCache.js';

export interface TableRow {
  readonly example: number;
  /** 0 train, 1 val, 2 test. */
  readonly part: number;
  readonly cells: readonly CellValue[];
}

export interface RowPagesOptions {
  readonly id: string;
  readonly query: ExampleQuery;
  readonly count: number;
  readonly onChange: (from: number, to: number) => void;
}

export const rowsPerPage = 200;

export class RowPages {
  private readonly cache: PageCache<readonly TableRow[]>;
  /** Of the cells, in their order; known with the first page. */
  columns: readonly string[] = [];
  /** Decimals of each column's numbers, in the first page that came: a table must not jump while it scrolls. */
  decimals: readonly number[] = [];

  constructor(service: Pick<Client<typeof datasetsService>, 'rows'>, { id, query, count, onChange }: RowPagesOptions) {
    this.cache = new PageCache({
      pageSize: rowsPerPage,
      capacity: 80,
      concurrency: 2,
      load: async (from, wanted, signal) => {
        const block = await service.rows({ id, ...pageQuery(query, from, wanted) }, { signal });
        if (this.columns.length === 0)
          this.decimals = block.columns.map((_, at) => decimalsOf(block.rows.map((cells) => cells[at] ?? null)));
        this.columns = block.columns;
        return rowsOf(block);
      },
      onChange: (page) => onChange(page * rowsPerPage, (page + 1) * rowsPerPage),
    });
    this.cache.reset(count);
  }

  get fault(): unknown {
    return this.cache.fault;
  }

  show(from: number, to: number): void {
    this.cache.show(from, to);
  }

  rowAt(index: number): TableRow | undefined {
    return this.cache.get(Math.floor(index / rowsPerPage))?.[index % rowsPerPage];
  }

  retry(): void {
    this.cache.retry();
  }

  dispose(): void {
    this.cache.reset(0);
  }
}

/** One object a row, the same each time that it is asked for: what does not change is not drawn again. */
function rowsOf({ rows, examples, parts }: RowBlock): TableRow[] {
  return rows.map((cells, at) => ({ example: examples[at]!, part: parts[at]!, cells }));
}
