// How many steps a chunk has: enough that the host is seldom asked, few enough that a stop is heard at once.

/** What a chunk is to take, in milliseconds. */
const target = 60;
/** Two chunks are under way only where both together end within this. */
const longest = 160;
/** A chunk is at most this many times as long as the one before: the first steps are slower than those that follow. */
const growth = 4;

export class ChunkPace {
  private length = 1;
  private perStep: number | undefined;

  constructor(private readonly capacity: number) {}

  /** Steps of the next chunk. */
  get steps(): number {
    return this.length;
  }

  /** How many chunks may be under way at once. */
  get inFlight(): 1 | 2 {
    return this.perStep !== undefined && 2 * this.length * this.perStep <= longest ? 2 : 1;
  }

  /** A chunk of `steps` came back `milliseconds` after the one before it, or after it was submitted to an idle device. */
  note(steps: number, milliseconds: number): void {
    const measured = milliseconds / steps;
    this.perStep = this.perStep === undefined ? measured : (this.perStep + measured) / 2;
    const wanted = Math.floor(target / this.perStep);
    this.length = Math.max(1, Math.min(wanted, this.length * growth, this.capacity));
  }
}
