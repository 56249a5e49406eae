// Runs a graph as kernels compiled for a given target, and as onnxruntime computes it on the processor.
import type { Graph } from '../../../engine/ir/graph.js';
import { element, elements, type Tensor } from '../../../engine/ir/tensor.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import { leastLimits, type KernelOptions, type KernelTarget } from '../../../engine/kernels/compileOptions.js';
import type { KernelPlan } from '../../../engine/kernels/kernelPlan.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';

type Tensors = Readonly<Record<string, Tensor>>;

/** A GPU of WebGPU's least limits, and a processor that emulates one. */
export const targets: Readonly<Record<'gpu' | 'software', KernelTarget>> = {
  gpu: { limits: leastLimits, features: { f16: false, subgroups: false }, software: false },
  software: { limits: leastLimits, features: { f16: false, subgroups: false }, software: true },
};

export interface GraphRun {
  readonly plan: KernelPlan;
  readonly outputs: Tensors;
}

export async function runOnGpu(
  device: OpenDevice,
  graph: Graph,
  feeds: Tensors,
  target: KernelTarget,
  options: Partial<KernelOptions> = {},
): Promise<GraphRun> {
  const plan = compileKernels(graph, { target, ...options });
  const runner = await PlanRunner.open(device, plan);
  const readback = new Readback(device);
  try {
    for (const { name, buffer, offset } of plan.inputs)
      uploadTensor(device, runner.buffers[buffer]!, feeds[name]!, { offset });
    await runner.run();
    return { plan, outputs: await readback.read(plan.outputs.map((port) => runner.stored(port))) };
  } finally {
    readback.dispose();
    await runner.dispose();
  }
}

export async function runOnProcessor(graph: Graph, feeds: Tensors): Promise<Tensors> {
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** The largest difference relative to the larger of 1 and the largest wanted number; NaN equals NaN. */
export function largestError(actual: Tensor, wanted: Tensor): number {
  const scale = elements(wanted).reduce(
    (most, number) => (Number.isFinite(number) ? Math.max(most, Math.abs(number)) : most),
    1,
  );
  let largest = 0;
  for (let at = 0; at < wanted.data.length; at++) {
    const [left, right] = [element(actual, at), element(wanted, at)];
    if (left === right || (Number.isNaN(left) && Number.isNaN(right))) continue;
    const error = Math.abs(left - right) / scale;
    largest = Number.isNaN(error) ? Infinity : Math.max(largest, error);
  }
  return largest;
}
