// Every loss against PyTorch: the value and the gradient that differentiation finds.
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../../engine/autodiff/differentiate.js';
import type { DType } from '../../../../engine/ir/dtype.js';
import { tensorOf, type Tensor } from '../../../../engine/ir/tensor.js';
import { losses, lossOf } from '../../../../engine/training/losses/index.js';
import { reduceLoss } from '../../../../engine/training/losses/reduceLoss.js';
import { lossGoldens, type LossCase } from '../../../golden/training/goldens.js';
import { largestError, runOnce } from '../runGraph.js';

const { cases } = lossGoldens();

/** Value and gradient on the native backend, each example repeated as `weights` says it counts. */
async function evaluate(sample: LossCase, weights: readonly number[], integral: DType = 'int64') {
  const { type, options, shape, target } = sample;
  const targetType = target?.integral ? integral : 'float32';
  const feeds: Record<string, Tensor> = {
    prediction: tensorOf('float32', shape, sample.prediction),
    weights: tensorOf('float32', [weights.length], weights),
    ...(target && { target: tensorOf(targetType, target.shape, target.values) }),
  };
  return runOnce((emit) => {
    const prediction = emit.input('prediction', 'float32', shape);
    const exampleWeights = emit.input('weights', 'float32', [weights.length]);
    const given = target ? emit.input('target', targetType, target.shape) : prediction;
    const loss = reduceLoss(
      emit,
      lossOf(type).perExample({ emit, prediction, target: given, options }),
      exampleWeights,
    );
    const [gradient] = differentiate(emit, [{ value: loss }], [prediction]);
    return { loss, gradient: gradient! };
  }, feeds);
}

describe('losses', () => {
  it('each has a golden case', () => {
    expect(new Set(cases.map(({ type }) => type))).toEqual(new Set(losses.map(({ type }) => type)));
  });

  it.each(cases)('$type $options $shape agrees with PyTorch, gradient too', async (sample) => {
    const ones = new Array<number>(sample.shape[0]!).fill(1);
    const { loss, gradient } = await evaluate(sample, ones);
    expect(largestError(loss!, [sample.value])).toBeLessThan(1e-5);
    expect(largestError(gradient!, sample.gradient, 0.1)).toBeLessThan(1e-4);
  });

  it.each(cases)('$type $options $shape leaves out examples of weight 0', async (sample) => {
    const count = sample.shape[0]!;
    const weights = Array.from({ length: count }, (_, index) => (index < count - 1 ? 1 : 0));
    const part = (values: readonly number[]): readonly number[] =>
      values.slice(0, (values.length / count) * (count - 1));
    const [, ...rest] = sample.shape;
    const shorter = {
      ...sample,
      shape: [count - 1, ...rest],
      prediction: part(sample.prediction),
      target: sample.target && {
        ...sample.target,
        shape: [count - 1, ...sample.target.shape.slice(1)],
        values: part(sample.target.values),
      },
    };
    const padded = await evaluate(sample, weights);
    const short = await evaluate(shorter, weights.slice(0, -1));
    expect(largestError(padded.loss!, short.loss!.data as Float32Array)).toBeLessThan(1e-5);
    const last = (padded.gradient!.data as Float32Array).slice(-sample.prediction.length / count);
    expect([...last].every((value) => value === 0)).toBe(true);
  });

  it('are 0 where every weight is 0', async () => {
    const { loss, gradient } = await evaluate(cases[0]!, [0, 0, 0, 0, 0]);
    expect(loss!.data[0]).toBe(0);
    expect(largestError(gradient!, new Array<number>(20).fill(0))).toBe(0);
  });

  it('take int32 class indices as well as int64', async () => {
    const { loss } = await evaluate(cases[0]!, [1, 1, 1, 1, 1], 'int32');
    expect(largestError(loss!, [cases[0]!.value])).toBeLessThan(1e-5);
  });

  it('crossEntropy: weighted examples count by their weight', async () => {
    const sample = cases[0]!;
    const { loss } = await evaluate(sample, [2, 0, 1, 0, 0]);
    const at = async (index: number) => {
      const weights = [0, 0, 0, 0, 0].map((_, other) => (other === index ? 1 : 0));
      return (await evaluate(sample, weights)).loss!.data[0] as number;
    };
    expect(loss!.data[0]).toBeCloseTo((2 * (await at(0)) + (await at(2))) / 3, 5);
  });

  it('crossEntropy: refuses class weights of the wrong number', async () => {
    const sample = { ...cases[0]!, options: { classWeights: [1, 2] } };
    await expect(evaluate(sample, [1, 1, 1, 1, 1])).rejects.toThrow(/one number a class, 4, got 2/);
  });
});
