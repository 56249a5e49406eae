// A question that changes faster than it is answered: one is asked at a time, then the newest; what takes long is not waited for.

/** Milliseconds after which an answer is given up when another question waits. */
const patience = 150;

export interface Asking<Q, A> {
  ask(question: Q, signal: AbortSignal): Promise<A>;
  heard(answer: A): void;
  failed(error: unknown): void;
}

export class LatestQuestion<Q, A> {
  private asked: { readonly controller: AbortController; readonly since: number } | undefined;
  private waiting: { readonly question: Q } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly asking: Asking<Q, A>) {}

  get isAsking(): boolean {
    return this.asked !== undefined;
  }

  /** Asks, or waits for the answer to the question before, which is heard, too. */
  ask(question: Q): void {
    if (!this.asked) {
      void this.answer(question);
      return;
    }
    this.waiting = { question };
    const { controller, since } = this.asked;
    this.timer ??= setTimeout(() => controller.abort(), Math.max(0, since + patience - performance.now()));
  }

  /** No answer is heard any more. */
  stop(): void {
    this.waiting = undefined;
    clearTimeout(this.timer);
    this.asked?.controller.abort();
  }

  private async answer(question: Q): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.asked = { controller, since: performance.now() };
    try {
      const answer = await this.asking.ask(question, signal);
      if (!signal.aborted) this.asking.heard(answer);
    } catch (error) {
      // What was given up is nobody's fault.
      if (!signal.aborted) this.asking.failed(error);
    }
    clearTimeout(this.timer);
    this.asked = this.timer = undefined;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) void this.answer(waiting.question);
  }
}
