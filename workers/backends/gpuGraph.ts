// One graph with fixed shapes, compiled to kernels and bound to buffers: feeds in, results out.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { Graph, Node, Value } from '../../engine/ir/graph.js';
import { isStatic } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { compileKernels } from '../../engine/kernels/compileKernels.js';
import { importModel } from '../../engine/onnx/importModel.js';
import { inferTypes } from '../../engine/ops/inferTypes.js';
import { foldConstants } from '../../engine/passes/foldConstants.js';
import { removeDeadCode } from '../../engine/passes/removeDeadCode.js';
import { runPasses } from '../../engine/passes/runPasses.js';
import type { OpenDevice } from '../webgpu/device.js';
import { PlanRunner } from '../webgpu/planRunner.js';
import type { Readback } from '../webgpu/readback.js';
import type { MakeSegments } from '../webgpu/sessionSegment.js';
import { uploadTensor } from '../webgpu/upload.js';
import type { Tensors } from './backend.js';

export interface GpuGraphOptions {
  readonly dimensions: Readonly<Record<string, number>>;
  /** Of the inputs, in order. */
  readonly shapes: readonly (readonly number[])[];
  readonly segments?: MakeSegments;
  /** See `KernelOptions`. */
  readonly forceSession?: (node: Node) => boolean;
}

export class GpuGraph {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(readonly runner: PlanRunner) {}

  /** @throws EngineError saying why the graph is not for the GPU */
  static async open(device: OpenDevice, model: Uint8Array, options: GpuGraphOptions): Promise<GpuGraph> {
    const graph = fixedGraph(model, options);
    for (const value of graph.values()) refuseForGpu(value, device);
    const { segments, forceSession } = options;
    const plan = compileKernels(graph, { target: device.target, ...(forceSession && { forceSession }) });
    return new GpuGraph(await PlanRunner.open(device, plan, segments ? { segments } : {}));
  }

  get notes(): readonly string[] {
    return this.runner.notes;
  }

  /** Runs wait for each other: they share the buffers. */
  run(feeds: Tensors, readback: Readback): Promise<Record<string, Tensor>> {
    const turn = this.last.then(() => this.runOnce(feeds, readback));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  async dispose(): Promise<void> {
    await this.last;
    await this.runner.dispose();
  }

  private async runOnce(feeds: Tensors, readback: Readback): Promise<Record<string, Tensor>> {
    const { runner } = this;
    for (const port of runner.plan.inputs) {
      const { name, offset } = port;
      uploadTensor(runner.device, runner.buffers[port.buffer]!, feeds[name]!, { offset, what: `input '${name}'` });
    }
    const outputs = runner.plan.outputs.map((port) => runner.stored(port));
    if (runner.notes.length > 0) {
      await runner.run();
      return readback.read(outputs);
    }
    // One submission for the kernels and the copies of their results.
    const encoder = runner.device.device.createCommandEncoder();
    runner.encode(encoder);
    const pending = await readback.encode(encoder, outputs);
    runner.device.submit(encoder);
    return pending.read();
  }
}

/** Every shape known, and what follows from the shapes folded away. */
function fixedGraph(model: Uint8Array, { dimensions, shapes }: GpuGraphOptions): Graph {
  const { graph } = importModel(model, { dimensions });
  graph.inputs.forEach((input, index) => {
    input.shape = shapes[index]!;
  });
  const faults = inferTypes(graph).filter(({ severity }) => severity === 'error');
  if (faults[0]) throw new EngineError(faults[0].code, faults[0].message, faults[0].place, faults);
  runPasses(graph, [removeDeadCode, foldConstants]);
  return graph;
}

function refuseForGpu({ name, dtype, shape }: Value, { target }: OpenDevice): void {
  if (dtype === 'float64') throw new EngineError('gpu.type', `'${name}': WebGPU has no float64`);
  if (dtype === 'float16' && !target.features.f16)
    throw new EngineError('gpu.type', `'${name}': this adapter has no float16 (shader-f16)`);
  if (dtype === undefined || !isStatic(shape))
    throw new EngineError('gpu.shape', `'${name}': its shape must be known before the graph runs`);
}
