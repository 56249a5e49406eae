// The workspace's database: one connection with the durability that the store promises, and typed, guarded statements.
import Sqlite from 'libsql';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { faultCodes } from '../../contract/fault.js';
import { migrations, workspaceId } from './migrations.js';
import { guarded } from './storeError.js';

/** What may be bound. Booleans, undefined and objects would end the process inside the native library. */
export type Bindable = string | number | null | Uint8Array;

/** A column of a row. */
export type Column = string | number | null | ArrayBuffer | Uint8Array;
export type Row = Readonly<Record<string, Column>>;

/** Milliseconds that a statement waits for another process to end its transaction. */
const busyTimeout = 10_000;

/** Of the file that is read as memory; address space, not memory. */
const mappedBytes = 2 ** 30;

/** A column that holds text, by the table's definition. */
export function text(column: Column | undefined): string {
  if (typeof column !== 'string') throw new TypeError(`database: a column must hold text, but holds ${typeof column}`);
  return column;
}

/** A column that holds bytes, in a buffer of their own: the driver gives views from `get`, buffers from `all`. */
export function blob(column: Column | undefined): ArrayBuffer {
  if (column instanceof ArrayBuffer) return column;
  if (column instanceof Uint8Array) return new Uint8Array(column).buffer;
  throw new TypeError(`database: a column must hold bytes, but holds ${typeof column}`);
}

export class Database {
  private readonly statements = new Map<string, Sqlite.Statement>();
  private isClosed = false;

  private constructor(
    private readonly connection: Sqlite.Database,
    readonly path: string,
  ) {}

  /**
   * Opens the file, making it if there is none, and brings its tables to the present version.
   * @throws EngineError `workspace.newer`, `workspace.foreign`, `workspace.corrupt`, `store.notWritable`, `store.diskFull`
   */
  static open(path: string): Database {
    return guarded(`Workspace database '${path}'`, () => {
      const connection = new Sqlite(path, { timeout: busyTimeout });
      const database = new Database(connection, path);
      try {
        // Before anything is written: a database that is not ours must not even change its journal mode.
        database.checkOwn(database.pragma('user_version'));
        connection.exec('PRAGMA journal_mode = WAL');
        connection.exec('PRAGMA synchronous = FULL');
        connection.exec('PRAGMA foreign_keys = ON');
        // Curves are read in large pieces from all over the file: without copies that takes half the time.
        connection.exec(`PRAGMA mmap_size = ${mappedBytes}`);
        database.migrate();
      } catch (error) {
        connection.close();
        throw error;
      }
      return database;
    });
  }

  all(sql: string, ...values: Bindable[]): Row[] {
    return guarded(this.subject, () => this.statement(sql).all(values) as Row[]);
  }

  get(sql: string, ...values: Bindable[]): Row | undefined {
    return guarded(this.subject, () => this.statement(sql).get(values) as Row | undefined);
  }

  /** @returns the number of rows changed */
  run(sql: string, ...values: Bindable[]): number {
    return guarded(this.subject, () => this.statement(sql).run(values).changes);
  }

  /** Runs `work` in one transaction that takes the write lock at once, so that it never fails half-way for a lock. */
  transaction<T>(work: () => T): T {
    this.checkOpen();
    if (this.connection.inTransaction) return work();
    return guarded(this.subject, () => {
      this.connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.connection.exec('COMMIT');
        return result;
      } catch (error) {
        // When the disk is full SQLite has rolled back already, and a second time would hide why.
        if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): void {
    this.isClosed = true;
    this.statements.clear();
    this.connection.close();
  }

  private get subject(): string {
    return `Workspace database '${this.path}'`;
  }

  /** The native library ends the process when a closed connection is used. */
  private checkOpen(): void {
    if (this.isClosed) throw new EngineError(faultCodes.storeFailed, `${this.subject}: it is closed.`);
  }

  private statement(sql: string): Sqlite.Statement {
    this.checkOpen();
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.connection.prepare(sql)));
    return statement;
  }

  private pragma(name: 'user_version' | 'application_id'): number {
    const rows = this.connection.pragma(name) as Readonly<Record<string, number>>[];
    return rows[0]?.[name] ?? 0;
  }

  /** Each migration is one transaction with its version number: a kill in between leaves whole versions. */
  private migrate(): void {
    if (this.pragma('user_version') === migrations.length && this.pragma('application_id') === workspaceId) return;
    this.transaction(() => {
      const version = this.pragma('user_version');
      this.checkOwn(version);
      for (const sql of migrations.slice(version)) this.connection.exec(sql);
      this.connection.exec(`PRAGMA user_version = ${migrations.length}`);
      this.connection.exec(`PRAGMA application_id = ${workspaceId}`);
    });
  }

  private checkOwn(version: number): void {
    const isEmpty = (this.connection.prepare('SELECT count(*) AS tables FROM sqlite_master').get() as Row).tables === 0;
    if (!isEmpty && this.pragma('application_id') !== workspaceId)
      throw new EngineError(
        faultCodes.workspaceForeign,
        `${this.subject}: it was not made by Descent. Choose another folder.`,
      );
    if (version > migrations.length)
      throw new EngineError(
        faultCodes.workspaceNewer,
        `${this.subject}: its version must be at most ${migrations.length}, but is ${version}. It was made by a newer Descent; update this one.`,
      );
  }
}
