// Every operator's cases on WebGPU: by kernels of our own where there are some, by onnxruntime where there are none, and
// forced onto onnxruntime. Results are held against the CPU's and the expected ones; gradients: gradients.test.ts.
// DESCENT_ALL_CASES=1 forces every case onto onnxruntime, else one of each operator is.
import { expect, it } from 'vitest';
import { subjectOf } from '../../../engine/autodiff/examineCase.js';
import { buildSubject } from '../../../engine/autodiff/gradientSubject.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { allCases } from '../../../engine/ops/cases.js';
import type { OpCase, OpCases } from '../../../engine/ops/defineCases.js';
import { definitionOf } from '../../../engine/ops/index.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { onnxruntimeSegments } from '../../../workers/webgpu/ortSegments/ortSegment.js';
import { tensorError } from '../../engine/kernels/tensorError.js';
import { describeOnGpu } from './testDevice.js';

/** Operators and cases without kernels, with the code that says why; those of float16 where the adapter lacks it. */
const elsewhere: Readonly<Record<string, string>> = {
  RNN: 'gpu.plan',
  GRU: 'gpu.plan',
  LSTM: 'gpu.plan',
  'Cast: float32 to float64': 'gpu.type',
  'Cast: float32 to float16': 'gpu.type',
  'ConstantOfShape: a given value, a fed shape': 'gpu.shape',
  'Range: fed bounds, downwards': 'gpu.shape',
};

/** onnxruntime's kernels call WGSL's own functions, which may be this far off; ours are held to the cases' tolerance. */
const coarse: Readonly<Record<string, number>> = {
  Acos: 1e-4,
  Asin: 1e-4,
  Atan: 1e-4,
  Cos: 5e-4,
  Sin: 5e-4,
  Tan: 5e-4,
};

/** What onnxruntime 1.30 itself does not compute on WebGPU, or computes wrongly. */
const beyondOnnxruntime: Readonly<Record<string, string>> = {
  'Clip: int8': 'takes no int8',
  'ConvTranspose: 3-d': 'one or two axes only',
  'Einsum: ellipsis': 'its shader does not compile',
  'LayerNormalization: a scale that broadcasts': 'a scale of the whole size only',
  'MaxPool: ties take the first, with indices': 'no Indices output',
  'ReduceL1: empty axes that mean nothing to do': 'gives x, not |x|',
  'ReduceL2: empty axes that mean nothing to do': 'gives x, not |x|',
  'ReduceLogSum: empty axes that mean nothing to do': 'gives x, not log x',
  'ReduceLogSumExp: large numbers': 'overflows',
  'ReduceSumSquare: empty axes that mean nothing to do': 'gives x, not x²',
  'Reshape: allowzero keeps an empty axis': 'empty tensors have no buffers',
  'Slice: step -2': 'takes other elements',
};

const all = process.env.DESCENT_ALL_CASES === '1';

function reasonOf({ type }: OpCases, { name }: OpCase, device: OpenDevice): string | undefined {
  if (name.includes('float16') && device.target.features.f16) return undefined;
  return elsewhere[type] ?? elsewhere[`${type}: ${name}`];
}

/** How far each output is off the CPU's and the expected one, in sentences. */
async function faultsOf({ type }: OpCases, example: OpCase, backend: Backend, least = 1e-5): Promise<string[]> {
  const { graph, feeds, outputs } = buildSubject(subjectOf(definitionOf(type)!, example), 'float32', 0);
  const model = encodeModel(graph);
  const [computed, native] = await Promise.all([backend, ortNative].map((each) => runOn(each, model, feeds)));
  const tolerance = Math.max(example.forwardTolerance ?? 0, least);
  return outputs.flatMap(({ name }, at) =>
    [native![name], example.expected?.[at]].flatMap((wanted) => {
      const error = wanted ? tensorError(computed![name]!, wanted) : 0;
      return error > tolerance ? [`${example.name}: ${name} is off by ${error}`] : [];
    }),
  );
}

async function runOn(
  backend: Backend,
  model: Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Tensor>>> {
  const session = await backend.open(model, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

describeOnGpu('operators on WebGPU', (device) => {
  const shared = { device: () => Promise.resolve(device) };
  const kernels = webgpuBackend(shared);

  for (const op of allCases)
    it(`${op.type} by kernels`, async () => {
      const faults = await Promise.all(
        op.cases.map(async (example) => {
          const reason = reasonOf(op, example, device);
          if (!reason) return faultsOf(op, example, kernels);
          const refusal = await faultsOf(op, example, kernels).catch((error: unknown) => error);
          return refusal instanceof EngineError && refusal.code === reason
            ? []
            : [`${example.name}: ${String(refusal)}`];
        }),
      );
      expect(faults.flat()).toEqual([]);
    });
});

describeOnGpu('operators forced onto onnxruntime', (device) => {
  const backend = webgpuBackend({
    device: () => Promise.resolve(device),
    segments: onnxruntimeSegments,
    forceSession: () => true,
  });

  for (const op of allCases) {
    const examples = op.cases.filter((example) => {
      const reason = reasonOf(op, example, device);
      return (reason === undefined || reason === 'gpu.plan') && !beyondOnnxruntime[`${op.type}: ${example.name}`];
    });
    it(op.type, async () => {
      const faults: string[] = [];
      for (const example of all ? examples : examples.slice(0, 1)) {
        const found = faultsOf(op, example, backend, coarse[op.type]);
        faults.push(...(await found.catch((error: unknown) => [`${example.name}: ${String(error)}`])));
      }
      expect(faults).toEqual([]);
    });
  }
});
