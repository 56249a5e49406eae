// Undo and redo over immutable states. Changes of one kind in quick succession (typing, dragging) are one step.

/** Milliseconds within which changes under one key belong together. */
const together = 1200;
const mostSteps = 500;

export interface HistoryStep<T> {
  readonly state: T;
  /** What led from this state to the next: «Rename layer». */
  readonly title: string;
}

export class History<T> {
  private past: HistoryStep<T>[] = [];
  private future: HistoryStep<T>[] = [];
  private key: string | undefined;
  private time = -Infinity;

  constructor(public present: T) {}

  get undoTitle(): string | undefined {
    return this.past.at(-1)?.title;
  }

  get redoTitle(): string | undefined {
    return this.future.at(-1)?.title;
  }

  /** Makes `next` the present. With a `key`, changes under it within a moment are one step. */
  commit(next: T, title: string, key?: string, now = performance.now()): void {
    if (next === this.present) return;
    const joins = key !== undefined && key === this.key && now - this.time < together && this.past.length > 0;
    if (!joins) {
      this.past.push({ state: this.present, title });
      if (this.past.length > mostSteps) this.past.shift();
    }
    this.future = [];
    this.key = key;
    this.time = now;
    this.present = next;
  }

  /** Replaces the present without a step: what nobody did, as a first layout. */
  amend(next: T): void {
    this.present = next;
  }

  /** The next change is a step of its own. */
  seal(): void {
    this.key = undefined;
  }

  /** @returns whether there was something to undo */
  undo(): boolean {
    const step = this.past.pop();
    if (!step) return false;
    this.future.push({ state: this.present, title: step.title });
    this.present = step.state;
    this.key = undefined;
    return true;
  }

  redo(): boolean {
    const step = this.future.pop();
    if (!step) return false;
    this.past.push({ state: this.present, title: step.title });
    this.present = step.state;
    this.key = undefined;
    return true;
  }
}
