// Compute shaders that prepare a step (random fields, batches), put before the commands of the step's plan.
import type { KernelBinding, KernelCommand, KernelPlan, PlanBuffer } from '../../engine/kernels/kernelPlan.js';

/** A kernel whose buffers are told by their labels. */
export interface StepKernel {
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly { readonly buffer: string; readonly access: KernelBinding['access'] }[];
  readonly workgroups: KernelCommand['workgroups'];
  readonly flops: number;
  readonly bytes: number;
}

/** Threads of a workgroup of these kernels: no thread waits for another, so that any number does. */
export const workgroupSize = 64;

/** Enough workgroups for `threads`, as far as one dimension goes; the shader's loop does the rest. */
export function workgroupsFor(threads: number): KernelCommand['workgroups'] {
  return [Math.max(1, Math.min(65_535, Math.ceil(threads / workgroupSize))), 1, 1];
}

/** `body` once for every i below `count`, each thread striding over the whole dispatch. */
export function stridingMain(count: number, body: string): string {
  return `@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < ${count}u; i += groups.x * ${workgroupSize}u) {
${body}
  }
}
`;
}

/** The plan with `kernels` before its own commands, over its buffers and further ones. */
export function withKernelsBefore(
  plan: KernelPlan,
  kernels: readonly StepKernel[],
  further: readonly PlanBuffer[],
): KernelPlan {
  const known = new Set(plan.buffers.filter(({ role }) => role === 'external').map(({ label }) => label));
  const buffers = [...plan.buffers, ...further.filter(({ label, role }) => role !== 'external' || !known.has(label))];
  const indexOf = (label: string): number => {
    const index = buffers.findIndex((buffer) => buffer.label === label && buffer.role !== 'scratch');
    if (index < 0) throw new RangeError(`step kernels: no buffer is labelled '${label}'`);
    return index;
  };
  const commands = kernels.map(({ bindings, ...kernel }): KernelCommand => ({
    ...kernel,
    kind: 'kernel',
    bindings: bindings.map(({ buffer, access }) => ({ buffer: indexOf(buffer), access })),
    nodes: [],
  }));
  return { ...plan, buffers, commands: [...commands, ...plan.commands] };
}
