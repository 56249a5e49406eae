// The console of each run: what happened to it, in words, with the time.
import { text, type Database } from './database.js';

export type LogLevel = 'info' | 'warning' | 'error';

export interface RunLogLine {
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  readonly level: LogLevel;
  readonly text: string;
}

export class RunLog {
  constructor(
    private readonly database: Database,
    private readonly now: () => number = Date.now,
  ) {}

  append(run: string, level: LogLevel, line: string): void {
    this.database.run('INSERT INTO run_log (run, time, level, text) VALUES (?, ?, ?, ?)', run, this.now(), level, line);
  }

  /** Oldest first. */
  lines(run: string): RunLogLine[] {
    return this.database
      .all('SELECT time, level, text FROM run_log WHERE run = ? ORDER BY time, rowid', run)
      .map((row) => ({ time: Number(row.time), level: text(row.level) as LogLevel, text: text(row.text) }));
  }
}
