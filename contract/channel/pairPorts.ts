// Two ends of a channel in one process; values cross as structured clones, so that it behaves as one between processes.
import type { Port } from './messages.js';

class PairedPort<Out, In> implements Port<Out, In> {
  other: PairedPort<In, Out> | undefined;
  private readonly messageListeners: ((message: In) => void)[] = [];
  private readonly closeListeners: (() => void)[] = [];
  private closed = false;

  send(message: Out): void {
    if (this.closed) return;
    const copy = structuredClone(message);
    queueMicrotask(() => this.other?.hear(copy));
  }

  onMessage(listener: (message: In) => void): void {
    this.messageListeners.push(listener);
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  hear(message: In): void {
    if (!this.closed) for (const listener of this.messageListeners) listener(message);
  }

  end(): void {
    if (this.closed) return;
    this.closed = true;
    for (const listener of this.closeListeners) listener();
  }
}

export interface PortPair<A, B> {
  readonly one: Port<A, B>;
  readonly other: Port<B, A>;
  /** Both ends hear that the other is gone. */
  close(): void;
}

/** `A` goes from `one` to `other`. */
export function pairPorts<A, B>(): PortPair<A, B> {
  const one = new PairedPort<A, B>();
  const other = new PairedPort<B, A>();
  one.other = other;
  other.other = one;
  return {
    one,
    other,
    close: () => {
      one.end();
      other.end();
    },
  };
}
