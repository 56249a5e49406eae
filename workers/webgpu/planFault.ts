// What WebGPU would refuse of a plan, said with the names of the plan before anything is allocated.
import { EngineError } from '../../engine/ir/diagnostic.js';
import {
  storageBytes,
  storageOf,
  type CopyCommand,
  type KernelCommand,
  type KernelPlan,
  type PlanBuffer,
  type PlanCommand,
} from '../../engine/kernels/kernelPlan.js';
import { storedBytes } from './conversion.js';
import { megabytes } from './gpuMemory.js';

type Limits = Pick<
  GPUSupportedLimits,
  'maxStorageBuffersPerShaderStage' | 'maxComputeWorkgroupsPerDimension' | 'maxStorageBufferBindingSize'
>;

/** The first fault of the plan, or undefined. */
export function planFault(plan: KernelPlan, limits: Limits): EngineError | undefined {
  for (const buffer of plan.buffers) {
    const rule = constantFault(buffer);
    if (rule !== undefined) return new EngineError('gpu.plan', `constant '${buffer.label}': ${rule}`);
  }
  for (const command of plan.commands) {
    const rule = ruleBroken(plan, command, limits);
    if (rule !== undefined) return new EngineError('gpu.plan', `${command.kind} '${command.label}': ${rule}`);
    const tooLarge = command.kind === 'kernel' ? largeBinding(plan, command, limits) : undefined;
    if (tooLarge) return tooLarge;
  }
  return undefined;
}

function constantFault({ storage, elements, data }: PlanBuffer): string | undefined {
  if (!data) return undefined;
  const own = storageOf(data.dtype);
  // What has no storage is refused when it is uploaded, with the remedy.
  if (own !== undefined && own !== storage) return `its ${data.dtype} lies as ${own}, got a buffer of ${storage}`;
  return data.data.length > elements ? `${data.data.length} elements do not fit ${elements}` : undefined;
}

function ruleBroken(plan: KernelPlan, command: PlanCommand, limits: Limits): string | undefined {
  if (command.kind === 'kernel') return kernelFault(plan, command, limits);
  return command.kind === 'copy' ? copyFault(plan, command) : undefined;
}

function kernelFault(plan: KernelPlan, { bindings, workgroups }: KernelCommand, limits: Limits): string | undefined {
  const { maxStorageBuffersPerShaderStage: most, maxComputeWorkgroupsPerDimension: widest } = limits;
  const storage = bindings.filter(({ access }) => access !== 'uniform').length;
  if (storage > most) return `it may bind ${most} buffers, got ${storage}`;
  const size = workgroups.find((count) => !Number.isInteger(count) || count < 0 || count > widest);
  if (size !== undefined) return `workgroups must be whole numbers up to ${widest}, got ${workgroups.join(' × ')}`;
  const written = bindings.filter(({ access }) => access === 'read_write').map(({ buffer }) => buffer);
  const twice = written.find((buffer) => bindings.filter((other) => other.buffer === buffer).length > 1);
  if (twice === undefined) return undefined;
  return `a buffer that it writes may be bound once, got '${plan.buffers[twice]!.label}' twice`;
}

function copyFault(plan: KernelPlan, { from, to, elements }: CopyCommand): string | undefined {
  const [source, target] = [plan.buffers[from.buffer]!, plan.buffers[to.buffer]!];
  if (from.buffer === to.buffer) return `it must be between two buffers, got '${source.label}' twice`;
  if (source.storage !== target.storage) return `storages must be equal, got ${source.storage} and ${target.storage}`;
  const bytes = storageBytes(source.storage);
  if ([from.offset, to.offset, elements].some((count) => (count * bytes) % 4 !== 0))
    return `offsets and size must be whole words, got ${from.offset}, ${to.offset} and ${elements} of ${source.storage}`;
  return from.offset + elements > source.elements || to.offset + elements > target.elements
    ? `it must lie within '${source.label}' and '${target.label}', got ${elements} elements from ${from.offset} to ${to.offset}`
    : undefined;
}

function largeBinding(plan: KernelPlan, { label, bindings }: KernelCommand, limits: Limits): EngineError | undefined {
  for (const { buffer } of bindings) {
    const { label: name, storage, elements } = plan.buffers[buffer]!;
    const bytes = storedBytes(storage, elements);
    if (bytes > limits.maxStorageBufferBindingSize)
      return new EngineError(
        'gpu.outOfMemory',
        `Kernel '${label}': buffer '${name}' of ${megabytes(bytes)} is larger than the ${megabytes(limits.maxStorageBufferBindingSize)} that this adapter lets a kernel bind. Use a smaller batch or a smaller model.`,
      );
  }
  return undefined;
}
