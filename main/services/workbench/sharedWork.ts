// Long work that several callers may ask for at once: done once, every caller hears how far it is, cancelled when nobody waits any more.

export interface ShareContext<P> {
  readonly signal: AbortSignal;
  readonly progress: (value: P) => void;
}

interface Heard<P> {
  readonly waiting: Set<ShareContext<P>>;
  last: P | undefined;
}

interface Shared<T, P> {
  readonly result: Promise<T>;
  readonly heard: Heard<P>;
  readonly controller: AbortController;
}

export class SharedWork<T, P> {
  private readonly running = new Map<string, Shared<T, P>>();

  /** Joins the work of this key, or begins it. Rejects with the signal's reason when the caller gives up. */
  async do(key: string, caller: ShareContext<P>, work: (context: ShareContext<P>) => Promise<T>): Promise<T> {
    const shared = this.running.get(key) ?? this.begin(key, work);
    const { heard, result, controller } = shared;
    heard.waiting.add(caller);
    if (heard.last !== undefined) caller.progress(heard.last);
    try {
      return await Promise.race([result, givenUp(caller.signal)]);
    } finally {
      heard.waiting.delete(caller);
      if (heard.waiting.size === 0) controller.abort();
    }
  }

  private begin(key: string, work: (context: ShareContext<P>) => Promise<T>): Shared<T, P> {
    const controller = new AbortController();
    const heard: Heard<P> = { waiting: new Set(), last: undefined };
    const progress = (value: P): void => {
      heard.last = value;
      for (const caller of heard.waiting) caller.progress(value);
    };
    const result = work({ signal: controller.signal, progress });
    const shared: Shared<T, P> = { result, heard, controller };
    this.running.set(key, shared);
    const forget = (): void => {
      if (this.running.get(key) === shared) this.running.delete(key);
    };
    // Callers that have given up do not hear of its end.
    result.then(forget, forget);
    // What was abandoned is not to be joined: it is about to fail.
    controller.signal.addEventListener('abort', forget);
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
