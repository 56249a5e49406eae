// Every optimizer against PyTorch (or its paper), 20 steps through the emitted update.
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../../engine/ir/tensor.js';
import { tensorOf } from '../../../../engine/ir/tensor.js';
import { sizeOf } from '../../../../engine/ir/shape.js';
import { averageRate } from '../../../../engine/training/optimizers/average.js';
import { clipGradients } from '../../../../engine/training/optimizers/clip.js';
import { optimizerOf, optimizers } from '../../../../engine/training/optimizers/index.js';
import type { OptionArguments } from '../../../../engine/training/options.js';
import { optimizerGoldens, type OptimizerGoldens } from '../../../golden/training/goldens.js';
import { largestError, openGraph, runOnce } from '../runGraph.js';

const golden = optimizerGoldens();
const float = (shape: readonly number[], values: ArrayLike<number>): Tensor => tensorOf('float32', shape, values);

/** The parameter after each kept step, as the emitted update computes it in `shape`. */
async function descend(
  { type, options, learningRate }: OptimizerGoldens['cases'][number],
  shape: readonly number[],
  initial: readonly number[],
  gradientAt: (step: number) => readonly number[],
): Promise<Tensor[]> {
  const optimizer = optimizerOf(type);
  const slots = optimizer.slots(options, shape);
  const scalarsAt = (step: number) => optimizer.scalars({ step, learningRate, options });
  const built = await openGraph((emit) => {
    const input = (name: string, dims: readonly number[]) => [name, emit.input(name, 'float32', dims)] as const;
    const parameter = emit.input('parameter', 'float32', shape);
    const gradient = emit.input('gradient', 'float32', shape);
    const next = optimizer.update({
      emit,
      parameter,
      gradient,
      slots: Object.fromEntries(slots.map(({ name }) => input(name, shape))),
      scalars: Object.fromEntries(Object.keys(scalarsAt(1)).map((name) => input(name, []))),
      options,
    });
    return { parameter: next.parameter, ...next.slots };
  });
  let state: Record<string, Tensor> = {
    parameter: float(shape, initial),
    ...Object.fromEntries(
      slots.map((slot) => [slot.name, float(shape, new Array<number>(sizeOf(shape)).fill(slot.initial))]),
    ),
  };
  const kept: Tensor[] = [];
  for (let step = 1; step <= golden.gradients.length; step++) {
    const scalars = Object.entries(scalarsAt(step)).map(([name, value]) => [name, float([], [value])]);
    const feeds = {
      ...state,
      gradient: float(shape, gradientAt(step)),
      ...Object.fromEntries(scalars),
    } as typeof state;
    state = await built.run(feeds);
    if (golden.keptSteps.includes(step)) kept.push(state.parameter!);
  }
  await built.session.dispose();
  return kept;
}

describe('optimizers', () => {
  it('each has a golden case', () => {
    expect(new Set(golden.cases.map(({ type }) => type))).toEqual(new Set(optimizers.map(({ type }) => type)));
  });

  it.each(golden.cases)('$type $options follows the reference for 20 steps', async (sample) => {
    for (const [index, shape] of golden.shapes.entries()) {
      const kept = await descend(sample, shape, golden.initial[index]!, (step) => golden.gradients[step - 1]![index]!);
      kept.forEach((parameter, at) => {
        expect(largestError(parameter, sample.kept[at]![index]!, 1e-1)).toBeLessThan(1e-4);
      });
    }
  });

  it('elementwise ones give the same on one flat vector of all parameters', async () => {
    for (const sample of golden.cases.filter(({ type }) => optimizerOf(type).scope === 'elementwise')) {
      const flat = (parts: readonly (readonly number[])[]): number[] => parts.flat();
      const kept = await descend(sample, [flat(golden.initial).length], flat(golden.initial), (step) =>
        flat(golden.gradients[step - 1]!),
      );
      expect(largestError(kept.at(-1)!, flat(sample.kept.at(-1)!), 1e-1)).toBeLessThan(1e-4);
    }
  });

  it('L1 adds its share of the sign to the gradient', async () => {
    const sample = { type: 'sgd', options: { l1: 0.5 }, learningRate: 0.1, kept: [] };
    const [first] = await descend(sample, [3], [2, 0, -3], () => [0, 0, 0]);
    expect(largestError(first!, [1.95, 0, -2.95])).toBeLessThan(1e-6);
  });

  it('Adam takes ten nodes', async () => {
    const built = await openGraph((emit) => {
      const input = (name: string, shape: readonly number[]) => emit.input(name, 'float32', shape);
      const slots = { mean: input('mean', [8]), square: input('square', [8]) };
      const scalars = { rate: input('rate', []), epsilon: input('epsilon', []) };
      const parameter = input('w', [8]);
      const next = optimizerOf('adam').update({
        emit,
        parameter,
        gradient: input('g', [8]),
        slots,
        scalars,
        options: {},
      });
      expect(emit.graph.nodes).toHaveLength(10);
      return { parameter: next.parameter };
    });
    await built.session.dispose();
  });

  it('refuses unknown and unfit options by name', () => {
    const scalars = (options: OptionArguments) => () =>
      optimizerOf('sgd').scalars({ step: 1, learningRate: 1, options });
    expect(scalars({ momentun: 1 })).toThrow(/Optimizer sgd: no option is named momentun/);
    expect(scalars({ momentum: 1 })).toThrow(/momentum must be a number, at least 0, below 1, got 1/);
    expect(() => optimizerOf('sdg')).toThrow(/no such optimizer/);
  });
});

describe('clipGradients', () => {
  const gradients = golden.gradients[0]!;
  const feeds = { a: float(golden.shapes[0]!, gradients[0]!), b: float(golden.shapes[1]!, gradients[1]!) };
  const run = (clip: Parameters<typeof clipGradients>[2]) =>
    runOnce((emit) => {
      const inputs = ['a', 'b'].map((name, index) => emit.input(name, 'float32', golden.shapes[index]!));
      const [a, b] = clipGradients(emit, inputs, clip);
      return { a: a!, b: b! };
    }, feeds);

  it('by norm scales all gradients together, as PyTorch', async () => {
    const { a, b } = await run({ by: 'norm', limit: golden.clip.limit });
    expect(largestError(a!, golden.clip.clipped[0]!)).toBeLessThan(1e-6);
    expect(largestError(b!, golden.clip.clipped[1]!)).toBeLessThan(1e-6);
  });

  it('by norm leaves short gradients alone', async () => {
    const { a } = await run({ by: 'norm', limit: 1000 });
    expect(largestError(a!, gradients[0]!)).toBeLessThan(1e-7);
  });

  it('by value cuts every element', async () => {
    const { a } = await run({ by: 'value', limit: 0.2 });
    const expected = gradients[0]!.map((value) => Math.max(-0.2, Math.min(0.2, value)));
    expect(largestError(a!, expected)).toBeLessThan(1e-7);
  });
});

describe('averageRate', () => {
  it('warms up and then stays at 1 − decay', () => {
    expect(averageRate(1, 0.999)).toBeCloseTo(1 - 2 / 11, 12);
    expect(averageRate(100_000, 0.999)).toBeCloseTo(0.001, 12);
  });
});
