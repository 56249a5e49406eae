// Dynamic loss scaling (Micikevicius et al. 2018: «Mixed precision training»): keeps small gradients above float16's smallest numbers.
import type { Value } from '../ir/graph.js';
import type { Emit } from '../ops/emit.js';
import { plainEntry, type StateEntry } from './state.js';

/** What a phase computes in: float16 keeps weights, losses, sums and the optimizer in float32. */
export const precisions = ['float32', 'float16'] as const;
export type Precision = (typeof precisions)[number];

/** The scale of the first step. */
export const firstScale = 2 ** 16;
const largestScale = 2 ** 24;
/** Steps without overflow after which the scale doubles. */
export const patience = 2000;

export interface ScalingState {
  readonly entry: StateEntry;
  readonly initial: number;
}

/** The state that a phase needs: its scale, and the steps since it changed. */
export function scalingState(phase: string): { readonly scale: ScalingState; readonly steps: ScalingState } {
  const entry = (what: string): StateEntry => plainEntry(`lossScale/${phase}/${what}`, 'slot', 'float32', [1]);
  return { scale: { entry: entry('scale'), initial: firstScale }, steps: { entry: entry('steps'), initial: 0 } };
}

/** The graph of one step's loss scaling. */
export class LossScaling {
  private finite: Value | undefined;

  constructor(
    private readonly emit: Emit,
    private readonly scale: Value,
    private readonly steps: Value,
  ) {}

  /** dL/dL of a scalar loss: the scale. */
  seed(loss: Value): Value {
    return this.emit.reshapeLike(this.scale, loss);
  }

  /** The gradients at their true size, in order. The scale is a power of two: nothing is rounded. */
  unscale(gradients: readonly Value[]): Value[] {
    const { emit } = this;
    const inverse = emit.reshape(emit.div(1, this.scale), []);
    const unscaled = gradients.map((gradient) => emit.mul(gradient, inverse));
    // A sum is finite exactly where all that it adds up is, short of sums beyond 10³⁸.
    const sums = unscaled.map((gradient) => emit.reduceSum(emit.abs(gradient)));
    if (sums.length > 0) this.finite = this.isFinite(sums.reduce((left, right) => emit.add(left, right)));
    return unscaled;
  }

  private isFinite(total: Value): Value {
    const { emit } = this;
    return emit.node('Not', [emit.node('Or', [emit.node('IsNaN', [total]), emit.node('IsInf', [total])])]);
  }

  /** `next` after a step whose gradients are finite; otherwise everything stays as it was. */
  guard(next: Value, current: Value): Value {
    return this.finite ? this.emit.where(this.finite, next, current) : next;
  }

  /** Doubles the scale after enough good steps, halves it after an overflow. */
  next(): { readonly scale: Value; readonly steps: Value } {
    const { emit, scale, finite } = this;
    if (!finite) return { scale, steps: this.steps };
    const counted = emit.add(this.steps, 1);
    const enough = emit.node('GreaterOrEqual', [counted, emit.scalar(patience)]);
    const grown = emit.where(enough, emit.min(emit.mul(scale, 2), largestScale), scale);
    return {
      scale: emit.where(finite, grown, emit.max(emit.mul(scale, 0.5), 1)),
      steps: emit.where(finite, emit.where(enough, 0, counted), emit.mul(this.steps, 0)),
    };
  }
}
