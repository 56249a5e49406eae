// A kernel plan on a device: its buffers, pipelines and segments, encoded as often as wanted.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { KernelPlan, PlanBuffer, PlanPort } from '../../engine/kernels/kernelPlan.js';
import { storedBytes } from './conversion.js';
import type { OpenDevice } from './device.js';
import { planFault } from './planFault.js';
import { encodeSteps, prepareSteps, type PlanStep } from './planSteps.js';
import type { StoredTensor } from './readback.js';
import type { MakeSegments } from './sessionSegment.js';
import { uploadTensor } from './upload.js';
import { planBufferUsage } from './webgpuConstants.js';

export interface PlanRunnerOptions {
  /**
   * Buffers of the caller for external buffers of the plan, by label: several plans may share them. The caller releases
   * them, after the runners. External buffers that are not given are the runner's.
   */
  readonly external?: ReadonlyMap<string, GPUBuffer>;
  /** Needed for plans with session commands. */
  readonly segments?: MakeSegments;
}

export class PlanRunner {
  private disposed = false;

  private constructor(
    readonly device: OpenDevice,
    readonly plan: KernelPlan,
    /** By the index that commands and ports name. */
    readonly buffers: readonly GPUBuffer[],
    private readonly own: readonly GPUBuffer[],
    /** Runs of kernels, copies and segments, in order. */
    readonly steps: readonly PlanStep[],
  ) {}

  /**
   * Allocates the plan's buffers, fills its constants and compiles its kernels (in parallel, each code once per device).
   * Content of given external buffers may be lost where session commands write to them.
   * @throws EngineError `gpu.outOfMemory`, `gpu.shader` naming the kernel, `gpu.plan` for a plan that breaks WebGPU's rules
   */
  static async open(device: OpenDevice, plan: KernelPlan, options: PlanRunnerOptions = {}): Promise<PlanRunner> {
    const fault = planFault(plan, device.device.limits);
    if (fault) throw fault;
    const given = plan.buffers.map((buffer) => givenBuffer(buffer, options.external));
    const wanted = plan.buffers.filter((_, index) => !given[index]);
    const own = await device.memory.allocate(
      wanted.map(({ label, storage, elements }) => ({
        label,
        bytes: storedBytes(storage, elements),
        usage: planBufferUsage,
      })),
    );
    const rest = own.values();
    const buffers = given.map((buffer) => buffer ?? rest.next().value!);
    try {
      const steps = await prepareSteps(device, plan, buffers, options.segments);
      plan.buffers.forEach(({ label, data }, index) => {
        if (data) uploadTensor(device, buffers[index]!, data, { what: `constant '${label}'` });
      });
      return new PlanRunner(device, plan, buffers, own, steps);
    } catch (error) {
      device.memory.release(own);
      throw error;
    }
  }

  /** Why segments cannot be replayed; empty: `encode` may be called. */
  get notes(): string[] {
    return this.steps.flatMap((step) =>
      step.kind === 'segment' && step.segment.notRecorded !== undefined
        ? [`${step.command.label}: ${step.segment.notRecorded}`]
        : [],
    );
  }

  /** Dispatches of one encoding, those of recorded segments included. */
  get dispatches(): number {
    const counts = this.steps.map((step) =>
      step.kind === 'kernels' ? step.kernels.length : step.kind === 'segment' ? step.segment.dispatches : 0,
    );
    return counts.reduce((left, right) => left + right, 0);
  }

  /** GPU memory of the plan: its own buffers and what its segments hold, not the buffers that were given. */
  get bytesInUse(): number {
    const segments = this.steps.map((step) => (step.kind === 'segment' ? step.segment.bytesInUse : 0));
    return [...this.own.map(({ size }) => size), ...segments].reduce((left, right) => left + right, 0);
  }

  /** The external buffer with this label. */
  buffer(label: string): GPUBuffer {
    const index = this.plan.buffers.findIndex((buffer) => buffer.role === 'external' && buffer.label === label);
    if (index < 0) throw new EngineError('gpu.plan', `Plan: it has no external buffer '${label}'`);
    return this.buffers[index]!;
  }

  /** Where an input or output lies, for uploads and readback. */
  stored({ name, dtype, shape, buffer, offset }: PlanPort): StoredTensor {
    return { name, dtype, shape, buffer: this.buffers[buffer]!, offset };
  }

  /**
   * Appends the whole plan to `encoder`, for the caller to submit with `device.submit`; may be called several times for one encoder.
   * @throws EngineError `gpu.notRecorded` when a segment has no recording: then only `run` works
   */
  encode(encoder: GPUCommandEncoder): void {
    this.refuseDisposed();
    encodeSteps(encoder, this.steps);
  }

  /**
   * Runs the plan once. Resolves when everything is submitted, not when it is done: the readback that follows waits.
   * `ordinary`: onnxruntime itself runs the segments, recorded or not.
   */
  async run(how: 'replay' | 'ordinary' = 'replay'): Promise<void> {
    this.refuseDisposed();
    if (!this.steps.some((step) => isOrdinary(step, how))) this.submit(this.steps);
    else await this.device.exclusive(() => this.runPieces(how));
  }

  /** Releases the runner's own buffers and segments; further use is refused. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    for (const step of this.steps) if (step.kind === 'segment') await step.segment.dispose();
    this.device.memory.release(this.own);
  }

  /** What lies between segments that run ordinarily is submitted in one piece. */
  private async runPieces(how: 'replay' | 'ordinary'): Promise<void> {
    let waiting: PlanStep[] = [];
    for (const step of this.steps) {
      if (step.kind !== 'segment' || !isOrdinary(step, how)) {
        waiting.push(step);
        continue;
      }
      this.submit(waiting);
      waiting = [];
      await this.device.settled(step.segment.runOrdinary());
    }
    this.submit(waiting);
  }

  private submit(steps: readonly PlanStep[]): void {
    if (steps.length === 0) return;
    const encoder = this.device.device.createCommandEncoder();
    encodeSteps(encoder, steps);
    this.device.submit(encoder);
  }

  private refuseDisposed(): void {
    if (this.disposed) throw new EngineError('gpu.disposed', 'Plan: it was disposed of and runs no more');
  }
}

function isOrdinary(step: PlanStep, how: 'replay' | 'ordinary'): boolean {
  return step.kind === 'segment' && (how === 'ordinary' || step.segment.notRecorded !== undefined);
}

function givenBuffer(
  { role, label, storage, elements }: PlanBuffer,
  external: PlanRunnerOptions['external'],
): GPUBuffer | undefined {
  const buffer = role === 'external' ? external?.get(label) : undefined;
  const bytes = storedBytes(storage, elements);
  if (buffer && buffer.size < bytes)
    throw new EngineError('gpu.plan', `Buffer '${label}': the plan needs ${bytes} bytes, got one of ${buffer.size}`);
  return buffer;
}
