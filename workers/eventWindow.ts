// Back-pressure of a worker's events: only so many are on their way to the host, which answers each that it has handled.

/** What may be on its way at once. */
export interface WindowLimits {
  readonly events: number;
  /** Of arrays in events; an event that is larger goes alone. */
  readonly bytes: number;
}

const usualLimits: WindowLimits = { events: 32, bytes: 64_000_000 };

/** Sends events in order; an event that finds no room waits, and so does who sent it. */
export class EventWindow {
  /** Bytes of the events that are on their way, oldest first. */
  private readonly held: number[] = [];
  private heldBytes = 0;
  private last: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;

  /** @param post hands an event to the host; resolves when it has left */
  constructor(
    private readonly post: (event: unknown) => Promise<void>,
    private readonly limits: WindowLimits = usualLimits,
  ) {}

  /** Resolves when the event has left; rejects where it could not. */
  readonly send = (event: unknown): Promise<void> => {
    const sent = this.last.then(() => this.sendNext(event));
    this.last = sent.catch(() => undefined);
    return sent;
  };

  /** The host has handled the oldest event that is on its way. */
  readonly handled = (): void => {
    this.heldBytes -= this.held.shift() ?? 0;
    this.wake?.();
  };

  /** Resolves when everything that was given to {@link send} so far has left. */
  get sent(): Promise<void> {
    return this.last;
  }

  private async sendNext(event: unknown): Promise<void> {
    const bytes = bytesOf(event);
    while (!this.hasRoom(bytes)) await new Promise<void>((resolve) => (this.wake = resolve));
    this.held.push(bytes);
    this.heldBytes += bytes;
    await this.post(event);
  }

  /** What carries no arrays passes while a large event is being written to the disk. */
  private hasRoom(bytes: number): boolean {
    if (this.held.length >= this.limits.events) return false;
    return bytes === 0 || this.heldBytes === 0 || this.heldBytes + bytes <= this.limits.bytes;
  }
}

/** The bytes of all typed arrays in a message; lists of numbers are short and count as nothing. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value) && typeof value[0] === 'number') return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + bytesOf(member), 0);
}
