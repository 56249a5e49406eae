// Every loss and every optimizer on the GPU against PyTorch: all of a kind in one plan.
import { expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { Emit } from '../../../engine/ops/emit.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { clipGradients } from '../../../engine/training/optimizers/clip.js';
import { optimizerOf } from '../../../engine/training/optimizers/index.js';
import { lossOf } from '../../../engine/training/losses/index.js';
import { reduceLoss } from '../../../engine/training/losses/reduceLoss.js';
import { largestError } from '../../engine/training/runGraph.js';
import { lossGoldens, optimizerGoldens } from '../../golden/training/goldens.js';
import { runOnGpu } from './runOnGpu.js';
import { describeOnGpu } from './testDevice.js';

/** A graph of many independent parts, with what it is fed. */
class Parts {
  readonly emit = new Emit(new Graph('parts'));
  readonly feeds: Record<string, Tensor> = {};

  input(name: string, dtype: 'float32' | 'int64', shape: readonly number[], values: ArrayLike<number>): Value {
    const value = this.emit.input(name, dtype, shape);
    this.feeds[value.name] = tensorOf(dtype, shape, values);
    return value;
  }

  /** The name under which the value comes out. */
  output(value: Value): string {
    const out = this.emit.identity(value);
    this.emit.output(out);
    return out.name;
  }
}

describeOnGpu('On the GPU', (device) => {
  async function run({ emit, feeds }: Parts): Promise<Record<string, Tensor>> {
    runPasses(emit.graph);
    return runOnGpu(device, emit.graph, feeds);
  }

  it('every loss and its gradient agree with PyTorch', async () => {
    const { cases } = lossGoldens();
    const parts = new Parts();
    const { emit } = parts;
    const outputs = cases.map(({ type, options, shape, prediction: values, target }, index) => {
      const prediction = parts.input(`prediction${index}`, 'float32', shape, values);
      const weights = parts.input(`weights${index}`, 'float32', [shape[0]!], new Array<number>(shape[0]!).fill(1));
      const given = target
        ? parts.input(`target${index}`, target.integral ? 'int64' : 'float32', target.shape, target.values)
        : prediction;
      const loss = reduceLoss(emit, lossOf(type).perExample({ emit, prediction, target: given, options }), weights);
      const [gradient] = differentiate(emit, [{ value: loss }], [prediction]);
      return { loss: parts.output(loss), gradient: parts.output(gradient!) };
    });
    const found = await run(parts);
    cases.forEach(({ type, value, gradient }, index) => {
      const names = outputs[index]!;
      expect(largestError(found[names.loss]!, [value]), `${type}, case ${index}`).toBeLessThan(2e-5);
      expect(largestError(found[names.gradient]!, gradient, 0.1), `gradient of ${type}`).toBeLessThan(2e-4);
    });
  });

  it('every optimizer takes the first steps of its reference', async () => {
    const golden = optimizerGoldens();
    const last = golden.keptSteps[1]!;
    const parts = new Parts();
    const { emit } = parts;
    const outputs = golden.cases.map(({ type, options, learningRate }, index) => {
      const optimizer = optimizerOf(type);
      return golden.shapes.map((shape, which) => {
        const name = `${index}_${which}`;
        let parameter = parts.input(`parameter${name}`, 'float32', shape, golden.initial[which]!);
        let slots = Object.fromEntries(
          optimizer.slots(options, shape).map((slot) => {
            const values = new Array<number>(sizeOf(shape)).fill(slot.initial);
            return [slot.name, parts.input(`${slot.name}${name}`, 'float32', shape, values)];
          }),
        );
        for (let step = 1; step <= last; step++) {
          const gradient = parts.input(
            `gradient${name}_${step}`,
            'float32',
            shape,
            golden.gradients[step - 1]![which]!,
          );
          const scalars = Object.fromEntries(
            Object.entries(optimizer.scalars({ step, learningRate, options })).map(([scalar, value]) => [
              scalar,
              parts.input(`${scalar}${name}_${step}`, 'float32', [], [value]),
            ]),
          );
          const next = optimizer.update({ emit, parameter, gradient, slots, scalars, options });
          parameter = next.parameter;
          slots = next.slots;
        }
        return parts.output(parameter);
      });
    });
    const found = await run(parts);
    golden.cases.forEach(({ type, kept }, index) =>
      outputs[index]!.forEach((name, which) => {
        expect(largestError(found[name]!, kept[1]![which]!, 0.1), `${type}, case ${index}`).toBeLessThan(2e-4);
      }),
    );
  });

  it('clipping by norm agrees with PyTorch', async () => {
    const golden = optimizerGoldens();
    const parts = new Parts();
    const gradients = golden.shapes.map((shape, which) =>
      parts.input(`gradient${which}`, 'float32', shape, golden.gradients[0]![which]!),
    );
    const clipped = clipGradients(parts.emit, gradients, { by: 'norm', limit: golden.clip.limit });
    const names = clipped.map((value) => parts.output(value));
    const found = await run(parts);
    names.forEach((name, which) => {
      expect(largestError(found[name]!, golden.clip.clipped[which]!)).toBeLessThan(2e-6);
    });
  });
});
