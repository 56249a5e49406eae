// What windows keep in a workspace between launches: layouts, drafts, choices; text by key.
import { text, type Database } from './database.js';

export class StateStore {
  constructor(private readonly database: Database) {}

  /** null where there is nothing. */
  read(key: string): string | null {
    const row = this.database.get('SELECT value FROM state WHERE key = ?', key);
    return row ? text(row.value) : null;
  }

  /** Durable when it returns; null removes it. */
  write(key: string, value: string | null): void {
    if (value === null) this.database.run('DELETE FROM state WHERE key = ?', key);
    else this.database.run('INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)', key, value);
  }
}
