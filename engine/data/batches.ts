// Batches of a static size: which examples a step sees, and their tensors in buffers that are used again.
import { EngineError } from '../ir/diagnostic.js';
import { sizeOf } from '../ir/shape.js';
import { tensor, type Tensor } from '../ir/tensor.js';
import { shuffled } from '../random/fields.js';
import { gatherInto, type ExampleSet } from './exampleSet.js';

export interface BatchPlanOptions {
  /** Example numbers of the part. */
  readonly examples: Int32Array;
  readonly batchSize: number;
  readonly seed: number;
  /** False keeps the order (evaluation). */
  readonly shuffle: boolean;
  /** A weight for every example of the data set (class weights); 1 when not given. */
  readonly weights?: Float32Array;
}

/** The name that per-example weights have in batches. */
export const weightsName = 'weights';

export interface BatchMembers {
  /** `batchSize` example numbers; those from `filled` on repeat real examples and weigh nothing. */
  readonly examples: Int32Array;
  readonly weights: Float32Array;
  readonly filled: number;
}

/**
 * The batches of every epoch, a pure function of (seed, epoch, step): resuming needs nothing but those numbers.
 * The order of an epoch is a Philox permutation keyed by (seed, 'shuffle', epoch); each example counts exactly once.
 */
export class BatchPlan {
  readonly stepsPerEpoch: number;
  private orderedEpoch = -1;
  private order: Int32Array;

  constructor(readonly options: BatchPlanOptions) {
    const { batchSize, examples } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new EngineError('data.batch', `Batch size: must be a whole number of at least 1, got ${batchSize}`);
    if (examples.length === 0) throw new EngineError('data.batch', 'Batches: the part must not be empty');
    this.stepsPerEpoch = Math.ceil(examples.length / batchSize);
    this.order = examples;
  }

  /** Step `step` (from 0) of epoch `epoch`, written to `members` when given (arrays of `batchSize`). */
  at(epoch: number, step: number, members?: { examples: Int32Array; weights: Float32Array }): BatchMembers {
    const { batchSize, weights } = this.options;
    if (!Number.isInteger(step) || step < 0 || step >= this.stepsPerEpoch)
      throw new EngineError('data.batch', `Batches: step must lie in 0 to ${this.stepsPerEpoch - 1}, got ${step}`);
    const order = this.orderOf(epoch);
    const first = step * batchSize;
    const filled = Math.min(batchSize, order.length - first);
    const target = members ?? { examples: new Int32Array(batchSize), weights: new Float32Array(batchSize) };
    for (let place = 0; place < batchSize; place++) {
      const example = order[first + (place < filled ? place : place % filled)]!;
      target.examples[place] = example;
      target.weights[place] = place < filled ? (weights?.[example] ?? 1) : 0;
    }
    return { examples: target.examples, weights: target.weights, filled };
  }

  private orderOf(epoch: number): Int32Array {
    if (this.options.shuffle && this.orderedEpoch !== epoch) {
      this.order = shuffled({ seed: this.options.seed, purpose: 'shuffle', step: epoch }, this.options.examples);
      this.orderedEpoch = epoch;
    }
    return this.order;
  }
}

export interface Batch {
  readonly epoch: number;
  readonly step: number;
  /** Inputs by name, `target`, and `weights` float32 [batchSize]; overwritten by the batch after the next. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly examples: Int32Array;
  /** How many examples are real. */
  readonly filled: number;
}

/** Tensors for one batch, made once. */
class BatchBuffers {
  readonly tensors: Readonly<Record<string, Tensor>>;
  private readonly members: { examples: Int32Array; weights: Float32Array };

  constructor(
    private readonly source: ExampleSet,
    private readonly plan: BatchPlan,
  ) {
    const { batchSize } = plan.options;
    const weights = new Float32Array(batchSize);
    this.members = { examples: new Int32Array(batchSize), weights };
    const fields = [...source.inputs, source.target].map((field): [string, Tensor] => {
      const size = batchSize * sizeOf(field.shape);
      const data = field.dtype === 'float32' ? new Float32Array(size) : new Int32Array(size);
      return [field.name, tensor(field.dtype, [batchSize, ...field.shape], data)];
    });
    this.tensors = { ...Object.fromEntries(fields), [weightsName]: tensor('float32', [batchSize], weights) };
  }

  fill(epoch: number, step: number): Batch {
    const { examples, filled } = this.plan.at(epoch, step, this.members);
    for (const field of [...this.source.inputs, this.source.target])
      gatherInto(field, examples, this.tensors[field.name]!.data as Float32Array | Int32Array);
    return { epoch, step, tensors: this.tensors, examples, filled };
  }
}

/**
 * Batches one after the other over epochs, from any (epoch, step), with two sets of buffers: while a step computes on one,
 * `prepareNext` fills the other.
 *
 *     for (;;) {
 *       const batch = reader.next();
 *       const running = session.run(batch.tensors);   // in another thread or process
 *       reader.prepareNext();
 *       await running;
 *     }
 */
export class BatchReader {
  private readonly buffers: readonly [BatchBuffers, BatchBuffers];
  private turn: 0 | 1 = 0;
  private prepared: Batch | undefined;

  constructor(
    source: ExampleSet,
    readonly plan: BatchPlan,
    private epoch = 0,
    private step = 0,
  ) {
    this.buffers = [new BatchBuffers(source, plan), new BatchBuffers(source, plan)];
  }

  /** The next batch; its tensors stay as they are until `next` has been called twice more (or prepared once more after that). */
  next(): Batch {
    this.prepareNext();
    const batch = this.prepared!;
    this.prepared = undefined;
    return batch;
  }

  /** Gathers the next batch if that has not been done. */
  prepareNext(): void {
    if (this.prepared) return;
    this.prepared = this.buffers[this.turn].fill(this.epoch, this.step);
    this.turn = this.turn === 0 ? 1 : 0;
    this.step++;
    if (this.step < this.plan.stepsPerEpoch) return;
    this.step = 0;
    this.epoch++;
  }
}
