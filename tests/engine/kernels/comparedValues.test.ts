// What is compared to the last bit is computed once.
import { expect, it } from 'vitest';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import { leastLimits } from '../../../engine/kernels/compileOptions.js';
import { Emit } from '../../../engine/ops/emit.js';

const target = { limits: leastLimits, features: { f16: false, subgroups: false }, software: false };

/** Labels of the memory between kernels. */
function scratchOf(build: (emit: Emit, mean: Value) => Value): string[] {
  const emit = new Emit(new Graph());
  const mean = emit.reduceMean(emit.input('x', 'float32', [30, 60]), [1]);
  mean.name = 'mean';
  emit.output(build(emit, mean));
  return compileKernels(emit.graph, { target })
    .buffers.filter(({ role }) => role === 'scratch')
    .map(({ label }) => label);
}

it('stores the elements that a maximum is compared with', () => {
  const scratch = scratchOf((emit, mean) =>
    emit.equal(mean, emit.reduceMax(emit.reshape(mean, [5, 6]), [0, 1], false)),
  );
  expect(scratch.some((label) => label.includes('mean'))).toBe(true);
});

it('computes small values where they are read when they meet no equals', () => {
  const scratch = scratchOf((emit, mean) => emit.add(mean, emit.reduceMax(mean, [0], true)));
  expect(scratch.some((label) => label.includes('mean'))).toBe(false);
});
