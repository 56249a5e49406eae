// The data sets of a workspace: what they are called and what is in them; the arrays are files beside the database.
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { text, type Database, type Row } from './database.js';

export interface DatasetRecord {
  /** Also the name of its folder. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** SHA-256 of the content. */
  readonly hash: string;
  /** Columns, classes, preparation: the data service's, JSON. */
  readonly manifest: unknown;
}

export class DatasetStore {
  constructor(private readonly database: Database) {}

  /** Adds it, or replaces the one with its id. */
  put({ id, name, created, hash, manifest }: DatasetRecord): void {
    this.database.run(
      'INSERT OR REPLACE INTO dataset (id, name, created, hash, manifest) VALUES (?, ?, ?, ?, ?)',
      ...[id, name, created, hash, JSON.stringify(manifest)],
    );
  }

  /** By id or, if that fits none, by name. @throws EngineError `data.notFound` */
  find(text: string): DatasetRecord {
    const row = this.database.get('SELECT * FROM dataset WHERE id = ?1 OR name = ?1 ORDER BY id <> ?1 LIMIT 1', text);
    if (!row)
      throw new EngineError(faultCodes.dataMissing, `Data set '${text}': there is none of this name in the workspace.`);
    return recordOf(row);
  }

  /** By name. */
  list(): DatasetRecord[] {
    return this.database.all('SELECT * FROM dataset ORDER BY name, id').map(recordOf);
  }

  remove(id: string): void {
    this.database.run('DELETE FROM dataset WHERE id = ?', id);
  }
}

function recordOf(row: Row): DatasetRecord {
  const manifest: unknown = JSON.parse(text(row.manifest));
  return {
    id: text(row.id),
    name: text(row.name),
    created: text(row.created),
    hash: text(row.hash),
    manifest,
  };
}
