// The models that were drawn or imported in a workspace: their specifications, and what the editor keeps beside them.
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { text, type Database, type Row } from './database.js';

export interface ModelRecord {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** A ModelSpec: JSON. */
  readonly spec: unknown;
  /** When it was last saved, ISO 8601, UTC; left out: when it was created. */
  readonly modified?: string;
  /** What the editor keeps: JSON. */
  readonly layout?: unknown;
}

export class ModelStore {
  constructor(private readonly database: Database) {}

  /** Adds it, or replaces the one with its id; a removed one is there again. */
  put({ id, name, created, spec, modified = created, layout }: ModelRecord): void {
    this.database.run(
      'INSERT OR REPLACE INTO model (id, name, created, spec, modified, layout) VALUES (?, ?, ?, ?, ?, ?)',
      ...[id, name, created, JSON.stringify(spec), modified, layout === undefined ? null : JSON.stringify(layout)],
    );
  }

  /** By id or, if that fits none, by name. @throws EngineError `model.notFound` */
  find(text: string): ModelRecord {
    const row = this.database.get(
      'SELECT * FROM model WHERE removed IS NULL AND (id = ?1 OR name = ?1) ORDER BY id <> ?1 LIMIT 1',
      text,
    );
    if (!row) throw missing(text);
    return recordOf(row);
  }

  /** By name. */
  list(): ModelRecord[] {
    return this.database.all('SELECT * FROM model WHERE removed IS NULL ORDER BY name, id').map(recordOf);
  }

  /** Hides it until it is restored or purged; `at` is ISO 8601, UTC. @throws EngineError `model.notFound` */
  hide(id: string, at: string): void {
    if (this.database.run('UPDATE model SET removed = ? WHERE id = ? AND removed IS NULL', at, id) === 0)
      throw missing(id);
  }

  /** @throws EngineError `model.notFound` where it is gone for good */
  restore(id: string): void {
    if (this.database.run('UPDATE model SET removed = NULL WHERE id = ?', id) === 0) throw missing(id);
  }

  /** Removes for good what was hidden before `time` (ISO 8601, UTC). */
  purge(time: string): void {
    this.database.run('DELETE FROM model WHERE removed < ?', time);
  }

  remove(id: string): void {
    this.database.run('DELETE FROM model WHERE id = ?', id);
  }
}

function missing(text: string): EngineError {
  return new EngineError(faultCodes.modelMissing, `Model '${text}': there is none of this name in the workspace.`);
}

function recordOf(row: Row): ModelRecord {
  const spec: unknown = JSON.parse(text(row.spec));
  const created = text(row.created);
  const modified = row.modified === null ? created : text(row.modified);
  const layout: unknown = row.layout === null ? undefined : JSON.parse(text(row.layout));
  return { id: text(row.id), name: text(row.name), created, spec, modified, layout };
}
