// What a model makes of its own input, example by example: how far off it is, and both side by side where memory bears it.
import type { Reconstructions } from '../contract/jobs.js';
import { restoreValue, type Preprocessing } from '../engine/data/preprocessing.js';
import { reconstructed, type InputTarget } from '../engine/data/reconstruction.js';
import { sizeOf } from '../engine/ir/shape.js';

/** Bytes of inputs and outputs that are kept; beyond, those of the worst examples. */
const mostBytes = 64 * 2 ** 20;

interface Kept {
  readonly place: number;
  readonly error: number;
  readonly input: Uint8Array | Float32Array;
  readonly output: Uint8Array | Float32Array;
}

export class ReconstructionKeeper {
  private readonly target: InputTarget;
  private readonly size: number;
  private readonly isBytes: boolean;
  private readonly most: number;
  private kept: Kept[] = [];

  constructor({ inputs, target }: Preprocessing) {
    this.target = target as InputTarget;
    this.size = sizeOf(this.target.shape);
    this.isBytes = inputs.some((input) => input.kind === 'array' && input.scale !== 1);
    this.most = Math.max(1, Math.floor(mostBytes / (2 * this.size * (this.isBytes ? 1 : 4))));
  }

  /**
   * Takes rows of a batch, as the model computes with them, that belong to place `place`.
   * @returns the root of the mean squared difference: in the data's own unit, of features in deviations
   */
  add(place: number, row: number, inputs: ArrayLike<number>, outputs: ArrayLike<number>): number {
    const [given, made] = [inputs, outputs].map((all) => this.part(all, row)) as [number[], number[]];
    const { error, values } = reconstructed(this.target, given, made);
    const [input, output] = [this.row(), this.row()];
    // Bytes are rounded and kept between 0 and 255.
    input.set(given.map((value, index) => restoreValue(this.target, value, index)));
    output.set(values);
    this.keep({ place, error: Number.isNaN(error) ? Infinity : error, input: plain(input), output: plain(output) });
    return error;
  }

  finish(): Reconstructions {
    this.thin();
    const { kept, size } = this;
    kept.sort((one, other) => one.place - other.place);
    const [inputs, outputs] = [0, 1].map(() =>
      this.isBytes ? new Uint8Array(kept.length * size) : new Float32Array(kept.length * size),
    ) as [Uint8Array | Float32Array, Uint8Array | Float32Array];
    kept.forEach(({ input, output }, at) => {
      inputs.set(input, at * size);
      outputs.set(output, at * size);
    });
    return { places: Int32Array.from(kept, ({ place }) => place), inputs, outputs };
  }

  private part(all: ArrayLike<number>, row: number): number[] {
    return Array.from({ length: this.size }, (_, index) => all[row * this.size + index]!);
  }

  private row(): Uint8ClampedArray | Float32Array {
    return this.isBytes ? new Uint8ClampedArray(this.size) : new Float32Array(this.size);
  }

  private keep(one: Kept): void {
    this.kept.push(one);
    if (this.kept.length >= 2 * this.most) this.thin();
  }

  private thin(): void {
    if (this.kept.length <= this.most) return;
    this.kept = this.kept.sort((one, other) => other.error - one.error || one.place - other.place).slice(0, this.most);
  }
}

function plain(values: Uint8ClampedArray | Float32Array): Uint8Array | Float32Array {
  return values instanceof Float32Array ? values : new Uint8Array(values.buffer);
}
