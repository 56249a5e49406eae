// Which runs wait for their turn, in which order. It outlives the process: what waited then is offered again.
import { text, type Database } from './database.js';

export class RunQueue {
  constructor(private readonly database: Database) {}

  /** The next one first. */
  list(): string[] {
    return this.database.all('SELECT run FROM run_queue ORDER BY place, run').map((row) => text(row.run));
  }

  /** At the end; a run that waits already keeps its place. */
  add(run: string): void {
    this.database.run(
      'INSERT OR IGNORE INTO run_queue (run, place) VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM run_queue))',
      run,
    );
  }

  remove(run: string): void {
    this.database.run('DELETE FROM run_queue WHERE run = ?', run);
  }

  /** Puts those that wait into this order; what is not named comes after. */
  arrange(runs: readonly string[]): void {
    this.database.transaction(() => {
      const named = new Set(runs);
      [...runs, ...this.list().filter((run) => !named.has(run))].forEach((run, index) =>
        this.database.run('UPDATE run_queue SET place = ? WHERE run = ?', index + 1, run),
      );
    });
  }
}
