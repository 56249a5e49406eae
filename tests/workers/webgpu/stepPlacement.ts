// Where a step's state, scalars and guard lie when the GPU takes it: state in place, behind the guard.
import { sizeOf } from '../../../engine/ir/shape.js';
import type { ExternalBuffer, KernelOptions } from '../../../engine/kernels/compileOptions.js';
import { storageOf } from '../../../engine/kernels/kernelPlan.js';
import type { StateEntry } from '../../../engine/training/state.js';
import type { StepGraph } from '../../../engine/training/stepGraph.js';

export const guardName = 'guard';

/** Where a step's state, scalars and guard lie. */
export function placementOf(
  entries: readonly StateEntry[],
  step: StepGraph,
): Pick<KernelOptions, 'buffers' | 'inputs' | 'outputs' | 'guard'> {
  const state = entries.map(({ name, dtype, shape }): ExternalBuffer => ({
    name,
    storage: storageOf(dtype)!,
    elements: sizeOf(shape),
    guarded: true,
  }));
  const scalars = `scalars of ${step.name}`;
  return {
    buffers: [
      ...state,
      { name: scalars, storage: 'f32', elements: Math.max(1, step.scalars.length) },
      { name: guardName, storage: 'u32', elements: 2 },
    ],
    inputs: Object.fromEntries([
      ...step.scalars.map(({ input }, offset) => [input, { buffer: scalars, offset }] as const),
      ...step.reads.map(({ input, entry, field }) => [input, { buffer: entry, offset: field?.offset ?? 0 }] as const),
    ]),
    outputs: Object.fromEntries(step.writes.map(({ output, entry }) => [output, { buffer: entry, offset: 0 }])),
    ...(step.results.loss !== undefined && { guard: { buffer: guardName, watched: [step.results.loss] } }),
  };
}
