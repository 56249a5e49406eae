// What works along the same rows shares a kernel; needs no GPU.
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import { leastLimits } from '../../../engine/kernels/compileOptions.js';
import { Emit } from '../../../engine/ops/emit.js';

function labelsOf(build: (emit: Emit) => readonly Value[], software: boolean): string[] {
  const graph = new Graph('rows');
  const emit = new Emit(graph);
  for (const output of build(emit)) emit.output(output);
  const target = { limits: leastLimits, features: { f16: false, subgroups: false }, software };
  return compileKernels(graph, { target }).commands.map(({ label }) => label);
}

describe.each([
  ['a GPU', false],
  ['an emulated GPU', true],
])('kernels along rows, for %s', (_, software) => {
  const countOf = (build: (emit: Emit) => readonly Value[]): number => labelsOf(build, software).length;

  it('compute softmax and its gradient at once', () => {
    expect(
      countOf((emit) => {
        const [x, dY] = [emit.input('x', 'float32', [64, 200]), emit.input('dY', 'float32', [64, 200])];
        const y = emit.node('Softmax', [x], { axis: 1 });
        return [y, ...differentiate(emit, [{ value: y, gradient: dY }], [x]).map((gradient) => gradient!)];
      }),
    ).toBe(1);
  });

  it('take sums over one domain together', () => {
    expect(
      countOf((emit) => {
        const x = emit.input('x', 'float32', [8, 32, 12, 12]);
        return [emit.reduceSum(x, [0, 2, 3]), emit.reduceSum(emit.mul(x, x), [0, 2, 3])];
      }),
    ).toBe(1);
  });

  it('normalise channels and keep their means', () => {
    expect(
      countOf((emit) => {
        const x = emit.input('x', 'float32', [8, 32, 12, 12]);
        const mean = emit.reduceMean(x, [0, 2, 3], true);
        const centred = emit.sub(x, mean);
        const variance = emit.reduceMean(emit.mul(centred, centred), [0, 2, 3], true);
        return [emit.relu(emit.div(centred, emit.sqrt(variance))), mean, variance];
      }),
    ).toBe(1);
  });

  it('leave sums of other rows apart', () => {
    expect(
      countOf((emit) => {
        const x = emit.input('x', 'float32', [128, 96]);
        return [emit.reduceSum(x, [0]), emit.reduceSum(x, [1])];
      }),
    ).toBe(2);
  });
});

it('a single long sum is added up in parts', () => {
  const build = (emit: Emit): Value[] => [emit.reduceSum(emit.input('x', 'float32', [1_000_000]))];
  for (const software of [false, true]) expect(labelsOf(build, software)).toHaveLength(2);
});
