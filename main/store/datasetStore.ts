// The data sets of a workspace: what they are called, what is in them, their versions; the arrays are files beside the database.
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { text, type Database, type Row } from './database.js';

export interface DatasetRecord {
  /** Also the name of its folder. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** SHA-256 of content, roles and split: of the version that is in use. */
  readonly hash: string;
  /** Columns, classes, preparation: the data service's, JSON. */
  readonly manifest: unknown;
}

/** A state of a data set that runs may refer to. */
export interface DatasetVersionRecord {
  readonly hash: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly count: number;
  /** What made it, in words. */
  readonly reason: string;
}

export interface RunOfDataset {
  readonly id: string;
  readonly name: string;
  /** The column that it predicts, where that is not the data set's own target. */
  readonly target: string | undefined;
}

export class DatasetStore {
  constructor(private readonly database: Database) {}

  /** Adds it, or replaces what is said of the one with its id; with `version` that state is noted, too. */
  put({ id, name, created, hash, manifest }: DatasetRecord, version?: Omit<DatasetVersionRecord, 'hash'>): void {
    this.database.transaction(() => {
      this.database.run(
        `INSERT INTO dataset (id, name, created, hash, manifest) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, created = excluded.created, hash = excluded.hash,
           manifest = excluded.manifest, removed = NULL`,
        ...[id, name, created, hash, JSON.stringify(manifest)],
      );
      if (version) this.addVersion(id, { hash, ...version });
    });
  }

  /** By id or, if that fits none, by name; removed ones are not found. @throws EngineError `data.notFound` */
  find(text: string): DatasetRecord {
    const row = this.database.get(
      'SELECT * FROM dataset WHERE (id = ?1 OR name = ?1) AND removed IS NULL ORDER BY id <> ?1 LIMIT 1',
      text,
    );
    if (!row)
      throw new EngineError(faultCodes.dataMissing, `Data set '${text}': there is none of this name in the workspace.`);
    return recordOf(row);
  }

  /** By name; without removed ones. */
  list(): DatasetRecord[] {
    return this.database.all('SELECT * FROM dataset WHERE removed IS NULL ORDER BY name, id').map(recordOf);
  }

  /** The ids of those that are removed and can still be restored. */
  removed(): string[] {
    return this.database.all('SELECT id FROM dataset WHERE removed IS NOT NULL ORDER BY id').map((row) => text(row.id));
  }

  rename(id: string, name: string): void {
    this.database.run('UPDATE dataset SET name = ? WHERE id = ?', name, id);
  }

  /** Hides it from lists, or shows it again. @returns whether there is one with this id */
  setRemoved(id: string, removed: boolean): boolean {
    const at = removed ? new Date().toISOString() : null;
    return this.database.run('UPDATE dataset SET removed = ? WHERE id = ?', at, id) > 0;
  }

  /** Removes it and its versions for good. */
  remove(id: string): void {
    this.database.run('DELETE FROM dataset WHERE id = ?', id);
  }

  /** The newest first. */
  versions(id: string): DatasetVersionRecord[] {
    return this.database
      .all('SELECT * FROM dataset_version WHERE dataset = ? ORDER BY created DESC, hash', id)
      .map((row) => ({
        hash: text(row.hash),
        created: text(row.created),
        count: Number(row.count),
        reason: text(row.reason),
      }));
  }

  addVersion(id: string, { hash, created, count, reason }: DatasetVersionRecord): void {
    this.database.run(
      'INSERT OR IGNORE INTO dataset_version (dataset, hash, created, count, reason) VALUES (?, ?, ?, ?, ?)',
      ...[id, hash, created, count, reason],
    );
  }

  removeVersions(id: string, hashes: readonly string[]): void {
    this.database.run(
      'DELETE FROM dataset_version WHERE dataset = ? AND hash IN (SELECT value FROM json_each(?))',
      ...[id, JSON.stringify(hashes)],
    );
  }

  /** What a pipeline of augmentations is for a data set of the workspace or an example: JSON, or null. */
  augmentation(id: string): unknown {
    const row = this.database.get('SELECT pipeline FROM augmentation WHERE dataset = ?', id);
    return row ? JSON.parse(text(row.pipeline)) : null;
  }

  setAugmentation(id: string, pipeline: unknown): void {
    if (pipeline === null) this.database.run('DELETE FROM augmentation WHERE dataset = ?', id);
    else
      this.database.run(
        `INSERT INTO augmentation (dataset, pipeline) VALUES (?, ?)
         ON CONFLICT (dataset) DO UPDATE SET pipeline = excluded.pipeline`,
        ...[id, JSON.stringify(pipeline)],
      );
  }

  /** The runs that were trained on a data set, by whatever they call it: its id or its name. Those that can be restored are among them. */
  runsOf(id: string): RunOfDataset[] {
    return this.database
      .all(
        `SELECT id, name, json_extract(request, '$.target') AS target FROM run
         WHERE data = ?1 OR data = (SELECT name FROM dataset WHERE id = ?1) ORDER BY created DESC, id`,
        id,
      )
      .map((row) => ({
        id: text(row.id),
        name: text(row.name),
        target: row.target === null ? undefined : text(row.target),
      }));
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
