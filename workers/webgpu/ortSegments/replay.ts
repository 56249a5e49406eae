// A recorded run over buffers of its own: a list of commands that is appended to any encoder.
import type { OpenDevice } from '../device.js';
import { bufferUsage, planBufferUsage } from '../webgpuConstants.js';
import { uploadHostConstants, type HostConstants } from './hostConstants.js';
import type { BoundRange, RecordedBindGroup, RecordedCommand, RecordedRun } from './recordedRun.js';
import { writtenBy } from './runRecorder.js';
import { planScratch, type ScratchPlan } from './scratchPlan.js';

type Step =
  | {
      readonly kind: 'dispatch';
      readonly pipeline: GPUComputePipeline;
      readonly groups: readonly GPUBindGroup[];
      readonly workgroups: readonly [number, number, number] | Range;
    }
  | { readonly kind: 'copy'; readonly from: Range; readonly to: Range; readonly bytes: number }
  | { readonly kind: 'clear'; readonly to: Range; readonly bytes: number };

interface Range {
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

export interface ReplayOptions {
  /** Clears each intermediate buffer before its first use, for kernels that count on fresh memory being zero. */
  readonly clear: boolean;
}

export class Replay {
  readonly dispatches: number;
  readonly bytesInUse: number;

  private constructor(
    private readonly device: OpenDevice,
    /** Intermediates; what they hold between replays does not matter. */
    readonly scratch: readonly GPUBuffer[],
    private readonly constants: GPUBuffer | undefined,
    private readonly steps: readonly Step[],
  ) {
    this.dispatches = steps.filter(({ kind }) => kind === 'dispatch').length;
    this.bytesInUse = [...scratch, ...(constants ? [constants] : [])].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Puts buffers of its own in the place of those that were made during the run. `external` are the buffers that the run
   * was given to read and write; all others hold weights, and must not have been written to.
   * @returns why the run cannot be replayed, or the replay
   * @throws EngineError `gpu.outOfMemory`
   */
  static async of(
    device: OpenDevice,
    run: RecordedRun,
    external: ReadonlySet<GPUBuffer>,
    options: ReplayOptions,
  ): Promise<Replay | string> {
    if (run.refusal !== undefined) return run.refusal;
    if (run.commands.some((command) => writtenBy(command).some((to) => !run.made.has(to) && !external.has(to))))
      return 'onnxruntime writes to buffers that it keeps between runs';
    const plan = planScratch(run);
    const scratch = await device.memory.allocate(
      plan.sizes.map((bytes) => ({
        label: 'intermediate of a session',
        bytes,
        usage: planBufferUsage | bufferUsage.indirect,
      })),
    );
    const constants = await uploadHostConstants(device, run);
    const builder = new StepBuilder(device.device, plan, scratch, constants);
    const steps = run.commands.flatMap((command, at) => [
      ...(options.clear ? plan.begins[at]!.map((buffer) => builder.clear(buffer)) : []),
      builder.step(command),
    ]);
    return new Replay(device, scratch, constants.buffer, steps);
  }

  encode(encoder: GPUCommandEncoder): void {
    let pass: GPUComputePassEncoder | undefined;
    let pipeline: GPUComputePipeline | undefined;
    for (const step of this.steps) {
      if (step.kind !== 'dispatch') {
        pass?.end();
        pass = pipeline = undefined;
        if (step.kind === 'clear') encoder.clearBuffer(step.to.buffer, step.to.offset, step.bytes);
        else encoder.copyBufferToBuffer(step.from.buffer, step.from.offset, step.to.buffer, step.to.offset, step.bytes);
        continue;
      }
      pass ??= encoder.beginComputePass();
      if (pipeline !== step.pipeline) pass.setPipeline((pipeline = step.pipeline));
      for (let index = 0; index < step.groups.length; index++) pass.setBindGroup(index, step.groups[index]);
      if ('buffer' in step.workgroups) pass.dispatchWorkgroupsIndirect(step.workgroups.buffer, step.workgroups.offset);
      else pass.dispatchWorkgroups(...step.workgroups);
    }
    pass?.end();
  }

  dispose(): void {
    this.device.memory.release(this.scratch);
    if (this.constants) this.device.memory.release([this.constants]);
  }
}

class StepBuilder {
  constructor(
    private readonly device: GPUDevice,
    private readonly plan: ScratchPlan,
    private readonly scratch: readonly GPUBuffer[],
    private readonly constants: HostConstants,
  ) {}

  clear(buffer: GPUBuffer): Step {
    return {
      kind: 'clear',
      to: { buffer: this.scratch[this.plan.slotOf.get(buffer)!]!, offset: 0 },
      bytes: buffer.size,
    };
  }

  step(command: RecordedCommand): Step {
    const place = (buffer: GPUBuffer, offset: number): Range => this.place(command, buffer, offset);
    if (command.kind === 'clear') return { ...command, to: place(command.buffer, command.offset) };
    if (command.kind === 'copy') {
      const { kind, from, fromOffset, to, toOffset, bytes } = command;
      return { kind, from: place(from, fromOffset), to: place(to, toOffset), bytes };
    }
    const { kind, pipeline, groups, workgroups } = command;
    return {
      kind,
      pipeline,
      groups: groups.map((group) => this.bindGroup(command, group)),
      workgroups: 'buffer' in workgroups ? place(workgroups.buffer, workgroups.offset) : workgroups,
    };
  }

  private bindGroup(command: RecordedCommand, { layout, ranges }: RecordedBindGroup): GPUBindGroup {
    return this.device.createBindGroup({ layout, entries: ranges.map((range) => this.entry(command, range)) });
  }

  /** Bindings keep the size that they had: shaders may ask for it. */
  private entry(command: RecordedCommand, { binding, buffer, offset, size }: BoundRange): GPUBindGroupEntry {
    return { binding, resource: { ...this.place(command, buffer, offset), size: size ?? buffer.size - offset } };
  }

  private place(command: RecordedCommand, buffer: GPUBuffer, offset: number): Range {
    const bytes = command.host.get(buffer);
    if (bytes) return { buffer: this.constants.buffer!, offset: this.constants.offsetOf(bytes) + offset };
    const slot = this.plan.slotOf.get(buffer);
    return { buffer: slot === undefined ? buffer : this.scratch[slot]!, offset };
  }
}
