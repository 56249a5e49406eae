// Turns a step's interface, the state and a batch into the tensors of one run, without allocating in the loop.
import { EngineError } from '../ir/diagnostic.js';
import { sizeOf } from '../ir/shape.js';
import type { Tensor } from '../ir/tensor.js';
import { zeros } from '../ir/tensor.js';
import { normals, uniforms } from '../random/fields.js';
import type { StateStore } from './state.js';
import type { RandomField, StepInterface } from './stepGraph.js';
import { scalarsOf, type StepClock } from './stepScalars.js';

/** The feeds of one phase. Scalar tensors are kept and overwritten from step to step. */
export class StepFeeds {
  private readonly scalars = new Map<string, Tensor<'float32'>>();

  constructor(
    private readonly step: StepInterface,
    private readonly state: StateStore,
  ) {
    for (const { input } of step.scalars) this.scalars.set(input, zeros('float32', []));
  }

  /** `batch` is keyed by the names that the phase declared; it may bring random fields drawn ahead. */
  feeds(batch: Readonly<Record<string, Tensor>>, clock: StepClock): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {};
    for (const { name } of this.step.batch) {
      const tensor = batch[name.slice('batch/'.length)];
      if (!tensor) throw new EngineError('step.batch', `${this.step.name}: the batch has no tensor '${name}'`);
      feeds[name] = tensor;
    }
    for (const { input, entry, field } of this.step.reads)
      feeds[input] = field ? this.state.view(entry, field) : this.state.current(entry);
    for (const [name, value] of scalarsOf(this.step, clock)) {
      const tensor = this.scalars.get(name)!;
      tensor.data[0] = value;
      feeds[name] = tensor;
    }
    for (const field of this.step.random) feeds[field.name] = batch[field.name] ?? drawRandom(field, clock);
    return feeds;
  }

  /** Where the run writes the next state. */
  targets(): Record<string, Tensor> {
    return Object.fromEntries(this.step.writes.map(({ output, entry }) => [output, this.state.spare(entry)]));
  }

  commit(): void {
    this.state.commit(this.step.writes.map(({ entry }) => entry));
  }
}

/** The field of one step; also called ahead of time, beside the batch, where another thread prepares it. */
export function drawRandom(field: RandomField, { seed, step }: Pick<StepClock, 'seed' | 'step'>): Tensor<'float32'> {
  const { name, distribution, shape } = field;
  const key = { seed, purpose: name, step };
  const count = sizeOf(shape);
  return { dtype: 'float32', shape, data: distribution === 'uniform' ? uniforms(key, count) : normals(key, count) };
}
