// Between a plan's buffers and a session: converts what onnxruntime lays out differently and copies what it would spoil.
import type { DType } from '../../../engine/ir/dtype.js';
import type { SessionCommand, SessionPort } from '../../../engine/kernels/kernelPlan.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { Tensor } from 'onnxruntime-web/webgpu';
import type { OpenDevice } from '../device.js';
import { planBufferUsage } from '../webgpuConstants.js';
import { bindKernel, fromOnnxruntime, onnxruntimeBytes, toOnnxruntime, type BoundKernel } from './elementKernels.js';

interface BorderPort {
  readonly port: SessionPort;
  /** As onnxruntime has it: an int64 of the plan may be an int32 of the session. */
  readonly dtype: DType;
  /** What onnxruntime reads or writes. */
  readonly buffer: GPUBuffer;
  readonly convert: BoundKernel | undefined;
  /** A plain copy between `buffer` and the plan's. */
  readonly copy: readonly [from: GPUBuffer, to: GPUBuffer] | undefined;
}

/**
 * onnxruntime computes four elements at once: it reads and writes beyond the end of a tensor, up to a multiple of 16 bytes.
 * So a buffer of the plan is given to it only when it ends just there; and an output never lies where an input does.
 */
export class Border {
  readonly dispatches: number;

  private constructor(
    private readonly device: OpenDevice,
    readonly inputs: readonly BorderPort[],
    readonly outputs: readonly BorderPort[],
    private readonly own: readonly GPUBuffer[],
  ) {
    this.dispatches = [...inputs, ...outputs].filter(({ convert }) => convert).length;
  }

  /** @throws EngineError `gpu.session` for an element type that onnxruntime does not take, `gpu.outOfMemory` */
  static async of(
    device: OpenDevice,
    command: SessionCommand,
    buffers: readonly GPUBuffer[],
    /** Element types of the session's inputs and outputs; inputs of the plan that it does not have are left out. */
    types: ReadonlyMap<string, DType>,
  ): Promise<Border> {
    const own: GPUBuffer[] = [];
    const read = new Set(command.inputs.map(({ buffer }) => buffer));
    const make = async (port: SessionPort, isInput: boolean): Promise<BorderPort> => {
      const dtype = types.get(port.name) ?? port.dtype;
      dataTypeOf(port.name, dtype);
      const elements = sizeOf(port.shape);
      const source = (isInput ? toOnnxruntime : fromOnnxruntime)(dtype, elements);
      const planned = buffers[port.buffer]!;
      const bytes = onnxruntimeBytes(dtype, elements);
      const parted = isInput ? planned.size < bytes : planned.size !== bytes || read.has(port.buffer);
      if (!source && !parted) return { port, dtype, buffer: planned, convert: undefined, copy: undefined };
      const [buffer] = await device.memory.allocate([{ label: port.name, bytes, usage: planBufferUsage }]);
      own.push(buffer!);
      const [from, to] = isInput ? [planned, buffer!] : [buffer!, planned];
      if (!source) return { port, dtype, buffer: buffer!, convert: undefined, copy: [from, to] };
      return { port, dtype, buffer: buffer!, convert: await bindKernel(device, source, [from, to]), copy: undefined };
    };
    const inputs: BorderPort[] = [];
    const outputs: BorderPort[] = [];
    try {
      for (const port of command.inputs) if (types.has(port.name)) inputs.push(await make(port, true));
      for (const port of command.outputs) outputs.push(await make(port, false));
    } catch (error) {
      device.memory.release(own);
      throw error;
    }
    return new Border(device, inputs, outputs, own);
  }

  get bytesInUse(): number {
    return this.own.reduce((sum, { size }) => sum + size, 0);
  }

  /** Buffers that onnxruntime is given. */
  get buffers(): ReadonlySet<GPUBuffer> {
    return new Set([...this.inputs, ...this.outputs].map(({ buffer }) => buffer));
  }

  encodeBefore(encoder: GPUCommandEncoder): void {
    encodeCopies(encoder, this.inputs);
    encodeKernels(encoder, this.inputs);
  }

  encodeAfter(encoder: GPUCommandEncoder): void {
    encodeCopies(encoder, this.outputs);
    encodeKernels(encoder, this.outputs);
  }

  dispose(): void {
    this.device.memory.release(this.own);
  }
}

function encodeCopies(encoder: GPUCommandEncoder, ports: readonly BorderPort[]): void {
  for (const { port, copy } of ports) if (copy) encoder.copyBufferToBuffer(copy[0], 0, copy[1], 0, plannedBytes(port));
}

function encodeKernels(encoder: GPUCommandEncoder, ports: readonly BorderPort[]): void {
  const kernels = ports.flatMap(({ convert }) => (convert ? [convert] : []));
  if (kernels.length === 0) return;
  const pass = encoder.beginComputePass();
  for (const kernel of kernels) kernel.encode(pass);
  pass.end();
}

/** Bytes of a tensor in a plan's buffer. */
export function plannedBytes({ dtype, shape }: SessionPort): number {
  return Math.ceil(((dtype === 'float16' ? 2 : 4) * sizeOf(shape)) / 4) * 4;
}

/** onnxruntime's word for the element type of a port. */
export function dataTypeOf(name: string, dtype: DType): Tensor.GpuBufferDataTypes {
  if (dtype === 'int8' || dtype === 'float64')
    throw new EngineError(
      'gpu.session',
      `Segment: onnxruntime takes no ${dtype} from the GPU, got ${dtype} for '${name}'; cast it to float32 or int32`,
    );
  return dtype;
}
