// A table in DuckDB with every cell as text, so that types are our choice and faults can be told by row and column.
// DuckDB computes in threads of its own; columns come out in pieces, without a JavaScript value a cell where they are numbers.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { makeScratchFolder } from '../../store/scratchFolders.js';
import { dataFault } from './readBounded.js';

export interface TableSource {
  /** What errors name. */
  readonly file: string;
  readonly names: readonly string[];
  /** A query that yields the columns as text, called c0, c1, …; made once the tables that it needs are there. */
  readonly query: string;
}

export interface TableContext {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((stage: string, done: number, total: number) => void) | undefined;
}

export class DuckTable {
  private types = 0;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly folder: string,
    private readonly interruption: { end(): void },
  ) {}

  /** An empty database. {@link close} it in any case. Aborting ends whatever runs in it. */
  static async open({ signal }: TableContext = {}): Promise<DuckTable> {
    signal?.throwIfAborted();
    const folder = await makeScratchFolder('table');
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '2',
      memory_limit: '2GB',
      temp_directory: join(folder, 'spilled'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    const interruption = { end: () => signal?.removeEventListener('abort', interrupt) };
    return new DuckTable(instance, connection, folder, interruption);
  }

  async close(): Promise<void> {
    this.interruption.end();
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** All rows at once: for few. */
  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.connection.runAndReadAll(sql)).getRowsJS();
  }

  /** The numbers of an expression over the rows of `t`, in order; NaN where null. */
  async numbers(expression: string, count: number): Promise<Float64Array> {
    const values = new Float64Array(count);
    await this.each(`${expression}::double`, (value, row) => (values[row] = value === null ? NaN : Number(value)));
    return values;
  }

  /** Codes of a text expression into the list of its values, which ascend by bytes; −1 where null. */
  async codes(expression: string, count: number): Promise<{ codes: Int32Array; values: string[] }> {
    const [names] = await this.columns(`select distinct ${expression} as v from t where v is not null order by v`);
    const values = (names ?? []) as string[];
    const codes = new Int32Array(count).fill(-1);
    if (values.length === 0) return { codes, values };
    const type = `codes${++this.types}`;
    await this.run(
      `create type ${type} as enum (select distinct ${expression} as v from t where v is not null order by v)`,
    );
    await this.each(`enum_code((${expression})::${type})::integer`, (value, row) => {
      if (value !== null) codes[row] = Number(value);
    });
    return { codes, values };
  }

  /** '' where null. */
  async texts(expression: string, count: number): Promise<string[]> {
    const values = new Array<string>(count).fill('');
    await this.each(expression, (value, row) => {
      if (value !== null) values[row] = value as string;
    });
    return values;
  }

  async columns(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.connection.runAndReadAll(sql)).getColumnsJS();
  }

  private async each(expression: string, visit: (value: unknown, row: number) => void): Promise<void> {
    const result = await this.connection.stream(`select ${expression} from t order by rowid`);
    for (let row = 0; ;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      const vector = chunk.getColumnVector(0);
      const { rowCount } = chunk;
      for (let at = 0; at < rowCount; at++) visit(vector.getItem(at), row++);
    }
  }
}

/** As a literal of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** As a name of SQL. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** As a literal that DuckDB takes for this file alone: its own patterns are not meant. */
export function quotedFile(file: string): string {
  return quoted(file.replaceAll(/[*?[\]]/g, '[$&]'));
}

/** DuckDB's message without its hints about SQL. */
export function tableFault(file: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const first = message.split('\n')[0]!.replace(/^[A-Za-z ]+Error: /, '');
  if (/No space left|IO Error.*write/i.test(message))
    return dataFault('table', file, 'the disk for temporary files is full; free some space, then try again');
  if (/Footer|magic bytes|parquet/i.test(message))
    return dataFault(
      'parquet',
      file,
      `is no whole Parquet file (${first.slice(0, 300)}); it may be cut short or damaged: copy or write it once more`,
    );
  return dataFault('table', file, `cannot be read as a table: ${first.slice(0, 300)}`);
}
