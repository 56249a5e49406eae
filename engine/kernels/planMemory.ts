// How much GPU memory a plan takes, and the largest batch whose plan fits.
import { sizeOf } from '../ir/shape.js';
import { storageBytes, type KernelPlan, type PlanBuffer } from './kernelPlan.js';

/** Bytes of a plan's buffers, each rounded up to 4. */
export interface PlanMemory {
  /** Of the caller: state, batch, scalars, results. */
  readonly external: number;
  readonly constant: number;
  /** What lies between the kernels, values that do not live at the same time sharing it: its peak. */
  readonly scratch: number;
  readonly total: number;
  /** Of the largest buffer, which a device may refuse by itself. */
  readonly largest: number;
}

export function planMemory({ buffers }: Pick<KernelPlan, 'buffers'>): PlanMemory {
  const of = (role: PlanBuffer['role']): number => sum(buffers.filter((buffer) => buffer.role === role).map(bytesOf));
  const [external, constant, scratch] = [of('external'), of('constant'), of('scratch')];
  const largest = buffers.reduce((most, buffer) => Math.max(most, bytesOf(buffer)), 0);
  return { external, constant, scratch, total: external + constant + scratch, largest };
}

/** Bytes that the intermediate values of a plan's sessions would take at once: a bound on what onnxruntime holds beside the plan. */
export function sessionBytes({ commands }: Pick<KernelPlan, 'commands'>): number {
  const graphs = commands.flatMap((command) => (command.kind === 'session' ? [command.graph] : []));
  const values = graphs.flatMap(({ nodes }) => nodes.flatMap(({ outputs }) => outputs));
  return sum(values.map(({ shape }) => 4 * sizeOf((shape ?? []) as readonly number[])));
}

function bytesOf({ storage, elements }: PlanBuffer): number {
  return Math.ceil((elements * storageBytes(storage)) / 4) * 4;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * The largest number from 1 up to `most` that `fits`, which holds for all numbers up to some bound; 0 where none does. Asks about
 * log₂(most) times.
 */
export function largestFitting(most: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = most + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
