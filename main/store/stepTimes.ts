// How long training steps took on this machine, by the step graph and by what computed it.
import type { Database } from './database.js';

export interface StepTime {
  /** Of one step. */
  readonly milliseconds: number;
  /** Floating-point operations of one step. */
  readonly flops: number;
}

export class StepTimes {
  constructor(private readonly database: Database) {}

  find(shape: string, backend: string): StepTime | undefined {
    const row = this.database.get(
      'SELECT milliseconds, flops FROM step_time WHERE shape = ? AND backend = ?',
      shape,
      backend,
    );
    return row && { milliseconds: Number(row.milliseconds), flops: Number(row.flops) };
  }

  keep(shape: string, backend: string, { milliseconds, flops }: StepTime): void {
    this.database.run(
      'INSERT OR REPLACE INTO step_time (shape, backend, milliseconds, flops, measured) VALUES (?, ?, ?, ?, ?)',
      ...[shape, backend, milliseconds, flops, Date.now()],
    );
  }

  /** The step of another shape whose work is most alike: it tells the rate to expect. */
  nearest(flops: number, backend: string): StepTime | undefined {
    const row = this.database.get(
      `SELECT milliseconds, flops FROM step_time WHERE backend = ?1 AND flops > 0
       ORDER BY max(flops / ?2, ?2 / flops), measured DESC LIMIT 1`,
      ...[backend, Math.max(1, flops)],
    );
    return row && { milliseconds: Number(row.milliseconds), flops: Number(row.flops) };
  }
}
