// Batches of a static size: which examples a step sees, and their tensors in buffers that are used again.
import { EngineError } from '../ir/diagnostic.js';
import { zeros, type Tensor } from '../ir/tensor.js';
import { shuffled } from '../random/fields.js';
import { gatherInto, type ExampleSet, type FieldType } from './exampleSet.js';

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
  private ordered: Int32Array;

  constructor(readonly options: BatchPlanOptions) {
    const { batchSize, examples } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new EngineError('data.batch', `Batch size: must be a whole number of at least 1, got ${batchSize}`);
    if (examples.length === 0) throw new EngineError('data.batch', 'Batches: the part must not be empty');
    this.stepsPerEpoch = Math.ceil(examples.length / batchSize);
    this.ordered = examples;
  }

  /** Step `step` (from 0) of epoch `epoch`, written to `members` when given (arrays of `batchSize`). */
  at(epoch: number, step: number, members?: { examples: Int32Array; weights: Float32Array }): BatchMembers {
    const { batchSize, weights } = this.options;
    if (!Number.isInteger(step) || step < 0 || step >= this.stepsPerEpoch)
      throw new EngineError('data.batch', `Batches: step must lie in 0 to ${this.stepsPerEpoch - 1}, got ${step}`);
    const order = this.order(epoch);
    const { first, filled } = this.place(step);
    const target = members ?? { examples: new Int32Array(batchSize), weights: new Float32Array(batchSize) };
    for (let place = 0; place < batchSize; place++) {
      const example = order[first + (place < filled ? place : place % filled)]!;
      target.examples[place] = example;
      target.weights[place] = place < filled ? (weights?.[example] ?? 1) : 0;
    }
    return { examples: target.examples, weights: target.weights, filled };
  }

  /** Where the batch of step `step` of an epoch begins in its order, and how many real examples it has. */
  place(step: number): { readonly first: number; readonly filled: number } {
    const { batchSize, examples } = this.options;
    const first = step * batchSize;
    return { first, filled: Math.min(batchSize, examples.length - first) };
  }

  /** The example numbers of an epoch in the order in which they are seen. */
  order(epoch: number): Int32Array {
    if (this.options.shuffle && this.orderedEpoch !== epoch) {
      this.ordered = shuffled({ seed: this.options.seed, purpose: 'shuffle', step: epoch }, this.options.examples);
      this.orderedEpoch = epoch;
    }
    return this.ordered;
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

/** A tensor of a batch, batch dimension first. */
export interface BatchField {
  readonly name: string;
  readonly dtype: FieldType;
  readonly shape: readonly number[];
}

/** Inputs, target and weights of a batch, in the order in which they are gathered. */
export function batchFields(source: ExampleSet, batchSize: number): BatchField[] {
  const fields = [...source.inputs, source.target].map(({ name, dtype, shape }) => ({
    name,
    dtype,
    shape: [batchSize, ...shape],
  }));
  return [...fields, { name: weightsName, dtype: 'float32', shape: [batchSize] }];
}

/** Fills the tensors of one batch again and again. */
export class BatchBuffers {
  private readonly examples: Int32Array;

  /** `tensors` are those of {@link batchFields}, by name; made when not given. */
  constructor(
    private readonly source: ExampleSet,
    private readonly plan: BatchPlan,
    readonly tensors: Readonly<Record<string, Tensor>> = freshTensors(source, plan),
  ) {
    this.examples = new Int32Array(plan.options.batchSize);
  }

  fill(epoch: number, step: number): Batch {
    const weights = this.tensors[weightsName]!.data as Float32Array;
    const { examples, filled } = this.plan.at(epoch, step, { examples: this.examples, weights });
    for (const field of [...this.source.inputs, this.source.target]) {
      const into = this.tensors[field.name]!.data as Float32Array | Int32Array;
      if (field.sameAs === undefined) gatherInto(field, examples, into, epoch);
      else into.set(this.tensors[field.sameAs]!.data as Float32Array | Int32Array);
    }
    return { epoch, step, tensors: this.tensors, examples, filled };
  }
}

function freshTensors(source: ExampleSet, plan: BatchPlan): Record<string, Tensor> {
  const fields = batchFields(source, plan.options.batchSize);
  return Object.fromEntries(fields.map(({ name, dtype, shape }) => [name, zeros(dtype, shape)]));
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
