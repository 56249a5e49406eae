// What the host tells the steps of a chunk, a row a step, as the bytes that are copied to the scalars' buffer before each.
import { halves } from '../../engine/random/philox.js';
import type { StepInterface } from '../../engine/training/stepGraph.js';
import { scalarsOf, type StepClock } from '../../engine/training/stepScalars.js';
import type { RowLayout } from './stepLayout.js';

/** Where a step's batch lies in the order of its epoch. */
export interface BatchPosition {
  readonly first: number;
  readonly filled: number;
}

export class ChunkTable {
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly floats: Float32Array;
  private readonly words: Int32Array;

  constructor(
    private readonly step: StepInterface,
    private readonly layout: RowLayout,
    /** Rows that fit. */
    readonly capacity: number,
  ) {
    this.bytes = new Uint8Array(capacity * this.rowBytes);
    this.floats = new Float32Array(this.bytes.buffer);
    this.words = new Int32Array(this.bytes.buffer);
  }

  get rowBytes(): number {
    return this.layout.words * 4;
  }

  fill(row: number, clock: StepClock, { first, filled }: BatchPosition): void {
    const { stepAt, placeAt, words, scalars } = this.layout;
    const start = row * words;
    for (const [name, value] of scalarsOf(this.step, clock)) this.floats[start + scalars[name]!] = value;
    this.words.set(halves(clock.step), start + stepAt);
    this.words[start + placeAt] = first;
    this.words[start + placeAt + 1] = filled;
  }
}
