import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../../engine/autodiff/checkGradients.js';
import type { GradientSubject } from '../../../engine/autodiff/gradientSubject.js';
import type { Emit } from '../../../engine/ops/emit.js';
import type { Value } from '../../../engine/ir/graph.js';
import { spread } from '../../../engine/ops/defineCases.js';
import { openOn } from '../../../workers/gradientChecks.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

function subject(shape: readonly number[], build: (emit: Emit, x: Value) => Value): GradientSubject {
  const x = { name: 'x', tensor: spread(shape, 0.3, 2).tensor, constant: false, wanted: true };
  return { inputs: [x], build: (emit, [value]) => [build(emit, value!)] };
}

const open = openOn(ortNative);

describe('checkGradients', () => {
  it('accepts a composite of right rules in both orders, for each element or along directions', async () => {
    for (const shape of [
      [2, 3],
      [8, 9],
    ]) {
      const { errors } = await checkGradients(
        subject(shape, (emit, x) => emit.mul(emit.tanh(x), emit.log(x))),
        open,
        2,
      );
      expect(errors.map(({ input }) => input)).toEqual(['x', 'x (second order)', 'dY (second order)']);
      for (const { error } of errors) expect(error).toBeLessThan(1e-4);
    }
  });

  // A forward value that hides part of what it depends on has the gradient of what is left: a wrong one.
  const wrong = (emit: Emit, x: Value): Value => emit.mul(x, emit.cast(emit.cast(emit.mul(x, 1e6), 'int64'), x.dtype!));

  it('reports a wrong gradient', async () => {
    for (const shape of [
      [2, 3],
      [8, 9],
    ]) {
      const { errors } = await checkGradients(subject(shape, wrong), open, 1);
      expect(errors[0]!.error).toBeGreaterThan(0.1);
    }
  });

  it('reports a gradient that is not finite', async () => {
    const { errors } = await checkGradients(
      subject([2, 3], (emit, x) => emit.sqrt(emit.mul(x, 0))),
      open,
      1,
    );
    expect(errors[0]!.error).toBe(Infinity);
  });

  it('checks in float32 where the runtime has no float64 kernel', async () => {
    const { errors } = await checkGradients(
      subject([2, 3], (emit, x) => emit.node('Gelu', [emit.node('Erf', [x])])),
      open,
      2,
    );
    for (const { error } of errors) expect(error).toBeLessThan(1e-3);
  });
});
