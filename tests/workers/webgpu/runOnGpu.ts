// Runs a graph once on a GPU, as one plan.
import type { Graph } from '../../../engine/ir/graph.js';
import type { Tensor } from '../../../engine/ir/tensor.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import type { KernelOptions } from '../../../engine/kernels/compileOptions.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { PlanRunner, type PlanRunnerOptions } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';

export interface RunOnGpuOptions extends PlanRunnerOptions {
  readonly kernels?: Partial<KernelOptions>;
}

/** The outputs by name. */
export async function runOnGpu(
  device: OpenDevice,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  { kernels = {}, ...options }: RunOnGpuOptions = {},
): Promise<Record<string, Tensor>> {
  const plan = compileKernels(graph, { target: device.target, ...kernels });
  const runner = await PlanRunner.open(device, plan, options);
  const readback = new Readback(device);
  try {
    for (const port of plan.inputs)
      uploadTensor(device, runner.buffers[port.buffer]!, feeds[port.name]!, { offset: port.offset, what: port.name });
    await runner.run();
    return await readback.read(plan.outputs.map((port) => runner.stored(port)));
  } finally {
    readback.dispose();
    await runner.dispose();
  }
}
