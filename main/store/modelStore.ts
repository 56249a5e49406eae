// The models that were drawn or imported in a workspace, as their specifications.
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
}

export class ModelStore {
  constructor(private readonly database: Database) {}

  /** Adds it, or replaces the one with its id. */
  put({ id, name, created, spec }: ModelRecord): void {
    this.database.run(
      'INSERT OR REPLACE INTO model (id, name, created, spec) VALUES (?, ?, ?, ?)',
      ...[id, name, created, JSON.stringify(spec)],
    );
  }

  /** By id or, if that fits none, by name. @throws EngineError `model.notFound` */
  find(text: string): ModelRecord {
    const row = this.database.get('SELECT * FROM model WHERE id = ?1 OR name = ?1 ORDER BY id <> ?1 LIMIT 1', text);
    if (!row)
      throw new EngineError(faultCodes.modelMissing, `Model '${text}': there is none of this name in the workspace.`);
    return recordOf(row);
  }

  /** By name. */
  list(): ModelRecord[] {
    return this.database.all('SELECT * FROM model ORDER BY name, id').map(recordOf);
  }

  remove(id: string): void {
    this.database.run('DELETE FROM model WHERE id = ?', id);
  }
}

function recordOf(row: Row): ModelRecord {
  const spec: unknown = JSON.parse(text(row.spec));
  return { id: text(row.id), name: text(row.name), created: text(row.created), spec };
}
