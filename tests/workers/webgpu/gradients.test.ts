// Gradients of every differentiable operator, computed on WebGPU, against central differences computed on the CPU.
// One case of each operator, first order; DESCENT_ALL_CASES=1 checks all, second order included.
import { expect, it } from 'vitest';
import { examineCase } from '../../../engine/autodiff/examineCase.js';
import { GpuLowerings } from '../../../engine/kernels/gpuLowerings.js';
import { onnxTypeNumbers } from '../../../engine/ir/onnxTypes.js';
import { allCases } from '../../../engine/ops/cases.js';
import type { OpCase, OpCases } from '../../../engine/ops/defineCases.js';
import { isNotDifferentiable } from '../../../engine/ops/defineOp.js';
import { definitionOf } from '../../../engine/ops/index.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import { onnxruntimeSegments } from '../../../workers/webgpu/ortSegments/ortSegment.js';
import { openOn } from '../../../workers/gradientChecks.js';
import { describeOnGpu } from './testDevice.js';

const all = process.env.DESCENT_ALL_CASES === '1';

/** Cases whose gradient a numeric one can be held against. */
function examplesOf({ type, cases }: OpCases): readonly OpCase[] {
  const definition = definitionOf(type)!;
  const differentiable = cases.filter(({ gradient, inputs, attributes }) => {
    if (gradient === false || (type === 'Cast' && attributes?.to === onnxTypeNumbers.float64)) return false;
    return inputs.some((input, index) => {
      const rule = definition.gradientOf(index);
      return input?.tensor.dtype === 'float32' && !input.constant && !isNotDifferentiable(rule);
    });
  });
  return all ? differentiable : differentiable.slice(-1).map((example) => ({ ...example, smooth: false }));
}

describeOnGpu('gradients on WebGPU', (device) => {
  const webgpu = webgpuBackend({ device: () => Promise.resolve(device), segments: onnxruntimeSegments });
  for (const op of allCases) {
    const examples = examplesOf(op);
    if (examples.length > 0)
      it(op.type, async () => {
        const checked = examples.map(async (example) => {
          const sides = { openReference: openOn(ortNative), lowerings: new GpuLowerings() };
          const { faults, gradients } = await examineCase(
            { ...op, smooth: op.smooth && all },
            example,
            openOn(webgpu),
            sides,
          );
          const wrong = gradients.filter(({ pass }) => !pass).map(({ input, error }) => `${input} is off by ${error}`);
          return [...faults, ...wrong].map((fault) => `${example.name}: ${fault}`);
        });
        expect((await Promise.all(checked)).flat()).toEqual([]);
      });
  }
});
