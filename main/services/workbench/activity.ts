// What is going on that must not be cut off: hosts ask before they quit, keep the computer awake, and wait for it when they close.

/** `run`: a training; `task`: an import, an export. */
export type ActivityKind = 'run' | 'task';

export interface ActiveWork {
  readonly kind: ActivityKind;
  /** What a person calls it. */
  readonly title: string;
}

export class Activity {
  private readonly entered = new Set<ActiveWork>();
  private readonly listeners = new Set<() => void>();

  /** @returns what must be called once, when the work has ended in whatever way */
  enter(kind: ActivityKind, title: string): () => void {
    const work: ActiveWork = { kind, title };
    this.entered.add(work);
    this.tell();
    return () => {
      if (this.entered.delete(work)) this.tell();
    };
  }

  get works(): readonly ActiveWork[] {
    return [...this.entered];
  }

  /** @returns what ends the listening */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves as soon as nothing is active. */
  idle(): Promise<void> {
    if (this.entered.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.onChange(() => {
        if (this.entered.size > 0) return;
        end();
        resolve();
      });
    });
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
