// Long work that several callers may ask for at once: done once, every caller hears how far it is, cancelled when nobody waits any more.

export interface ShareContext<P> {
  readonly signal: AbortSignal;
  readonly progress: (value: P) => void;
}

interface Shared<T, P> {
  readonly result: Promise<T>;
  readonly waiting: Set<ShareContext<P>>;
  last: P | undefined;
}

export class SharedWork<T, P> {
  private readonly running = new Map<string, Shared<T, P>>();

  /** Joins the work of this key, or begins it. Rejects with the signal's reason when the caller gives up. */
  async do(key: string, caller: ShareContext<P>, work: (context: ShareContext<P>) => Promise<T>): Promise<T> {
    const shared = this.running.get(key) ?? this.begin(key, work);
    shared.waiting.add(caller);
    if (shared.last !== undefined) caller.progress(shared.last);
    try {
      return await Promise.race([shared.result, givenUp(caller.signal)]);
    } finally {
      shared.waiting.delete(caller);
      if (shared.waiting.size === 0) this.abandon.get(key)?.abort();
    }
  }

  private readonly abandon = new Map<string, AbortController>();

  private begin(key: string, work: (context: ShareContext<P>) => Promise<T>): Shared<T, P> {
    const controller = new AbortController();
    const waiting = new Set<ShareContext<P>>();
    const progress = (value: P): void => {
      shared.last = value;
      for (const caller of waiting) caller.progress(value);
    };
    const end = (): void => {
      if (this.running.get(key) === shared) this.running.delete(key);
      this.abandon.delete(key);
    };
    const result = work({ signal: controller.signal, progress }).finally(end);
    // Callers that have given up do not hear of its end.
    result.catch(() => undefined);
    const shared: Shared<T, P> = { result, waiting, last: undefined };
    this.running.set(key, shared);
    this.abandon.set(key, controller);
    // What was abandoned is not to be joined: it is about to fail.
    controller.signal.addEventListener('abort', () => {
      if (this.running.get(key) === shared) this.running.delete(key);
    });
    return shared;
  }
}

function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
