// A plan's commands made ready for a device: pipelines with their bind groups, copies in bytes, segments.
import { EngineError } from '../../engine/ir/diagnostic.js';
import {
  storageBytes,
  type CopyCommand,
  type KernelCommand,
  type KernelPlan,
  type SessionCommand,
} from '../../engine/kernels/kernelPlan.js';
import type { OpenDevice } from './device.js';
import type { Pipeline } from './pipelines.js';
import type { MakeSegments, Segment } from './sessionSegment.js';

export interface ReadyKernel {
  readonly command: KernelCommand;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

export interface ReadyCopy {
  readonly kind: 'copy';
  readonly source: GPUBuffer;
  readonly sourceOffset: number;
  readonly target: GPUBuffer;
  readonly targetOffset: number;
  readonly bytes: number;
}

export type PlanStep =
  /** Kernels that follow each other share a compute pass. */
  | { readonly kind: 'kernels'; readonly kernels: ReadyKernel[] }
  | ReadyCopy
  | { readonly kind: 'segment'; readonly command: SessionCommand; readonly segment: Segment };

/** Makes all of a plan's commands ready; segments first, one after the other, since they run on the buffers. */
export async function prepareSteps(
  device: OpenDevice,
  plan: KernelPlan,
  buffers: readonly GPUBuffer[],
  makeSegments: MakeSegments | undefined,
): Promise<PlanStep[]> {
  const segments = await prepareSegments(device, plan, buffers, makeSegments);
  try {
    return await assemble(device, plan, buffers, segments);
  } catch (error) {
    for (const segment of segments.values()) await segment.dispose();
    throw error;
  }
}

async function prepareSegments(
  device: OpenDevice,
  plan: KernelPlan,
  buffers: readonly GPUBuffer[],
  makeSegments: MakeSegments | undefined,
): Promise<Map<SessionCommand, Segment>> {
  const ready = new Map<SessionCommand, Segment>();
  const commands = plan.commands.filter((command) => command.kind === 'session');
  if (commands.length === 0) return ready;
  const nodes = commands.flatMap((command) => command.nodes).join(', ');
  if (!makeSegments)
    throw new EngineError('gpu.plan', `Plan: onnxruntime is needed for ${nodes}, and there is no maker of segments`);
  const maker = makeSegments(device);
  try {
    for (const command of commands)
      ready.set(command, await device.exclusive(() => device.settled(maker.prepare(command, buffers))));
    return ready;
  } catch (error) {
    for (const segment of ready.values()) await segment.dispose();
    throw error;
  }
}

async function assemble(
  device: OpenDevice,
  plan: KernelPlan,
  buffers: readonly GPUBuffer[],
  segments: ReadonlyMap<SessionCommand, Segment>,
): Promise<PlanStep[]> {
  const kernels = plan.commands.filter((command) => command.kind === 'kernel');
  const pipelines = new Map(
    await device.settled(
      Promise.all(kernels.map(async (command) => [command, await compile(device, command)] as const)),
    ),
  );
  const steps: PlanStep[] = [];
  device.capture('bind groups', () => {
    for (const command of plan.commands)
      if (command.kind === 'kernel') addKernel(steps, readyKernel(device, command, pipelines.get(command)!, buffers));
      else if (command.kind === 'copy') steps.push(readyCopy(command, plan, buffers));
      else steps.push({ kind: 'segment', command, segment: segments.get(command)! });
  });
  return steps;
}

function compile({ pipelines }: OpenDevice, { label, code, bindings }: KernelCommand): Promise<Pipeline> {
  return pipelines.get({ label, code, bindings: bindings.map(({ access }) => access) });
}

function addKernel(steps: PlanStep[], kernel: ReadyKernel): void {
  // A kernel without work is no kernel: an empty tensor has nothing to compute.
  if (kernel.command.workgroups.includes(0)) return;
  const last = steps.at(-1);
  if (last?.kind === 'kernels') last.kernels.push(kernel);
  else steps.push({ kind: 'kernels', kernels: [kernel] });
}

function readyKernel(
  { device }: OpenDevice,
  command: KernelCommand,
  { pipeline, layout }: Pipeline,
  buffers: readonly GPUBuffer[],
): ReadyKernel {
  const entries = command.bindings.map(({ buffer, offset = 0, size }, binding) => ({
    binding,
    resource: { buffer: buffers[buffer]!, offset, ...(size !== undefined && { size }) },
  }));
  return { command, pipeline, bindGroup: device.createBindGroup({ label: command.label, layout, entries }) };
}

function readyCopy({ from, to, elements }: CopyCommand, plan: KernelPlan, buffers: readonly GPUBuffer[]): ReadyCopy {
  const size = storageBytes(plan.buffers[from.buffer]!.storage);
  return {
    kind: 'copy',
    source: buffers[from.buffer]!,
    sourceOffset: from.offset * size,
    target: buffers[to.buffer]!,
    targetOffset: to.offset * size,
    bytes: elements * size,
  };
}

/** Appends the steps to `encoder`. */
export function encodeSteps(encoder: GPUCommandEncoder, steps: readonly PlanStep[]): void {
  for (const step of steps)
    if (step.kind === 'kernels') {
      const pass = encoder.beginComputePass();
      for (const kernel of step.kernels) dispatch(pass, kernel);
      pass.end();
    } else if (step.kind === 'copy') encodeCopy(encoder, step);
    else step.segment.encode(encoder);
}

export function dispatch(pass: GPUComputePassEncoder, { command, pipeline, bindGroup }: ReadyKernel): void {
  const [x, y, z] = command.workgroups;
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(x, y, z);
}

export function encodeCopy(
  encoder: GPUCommandEncoder,
  { source, sourceOffset, target, targetOffset, bytes }: ReadyCopy,
): void {
  if (bytes > 0) encoder.copyBufferToBuffer(source, sourceOffset, target, targetOffset, bytes);
}
