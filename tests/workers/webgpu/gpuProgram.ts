// A program on a GPU as training runs it: state in place behind a guard, batches and scalars uploaded for every step.
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import type { KernelOptions, KernelTarget } from '../../../engine/kernels/compileOptions.js';
import { storageOf, type KernelPlan } from '../../../engine/kernels/kernelPlan.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import type { PhaseDeclaration } from '../../../engine/training/phase.js';
import { compileProgram, type CompileOptions } from '../../../engine/training/program.js';
import type { StateEntry, StateStore } from '../../../engine/training/state.js';
import { drawRandom } from '../../../engine/training/stepFeeds.js';
import type { StepGraph } from '../../../engine/training/stepGraph.js';
import { scalarsOf, type StepClock } from '../../../engine/training/stepScalars.js';
import { storedBytes } from '../../../workers/webgpu/conversion.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import type { MakeSegments } from '../../../workers/webgpu/sessionSegment.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { planBufferUsage } from '../../../workers/webgpu/webgpuConstants.js';
import { guardName, placementOf } from './stepPlacement.js';

/** A step's plan; the graph must have been through the passes. */
export function planStep(
  entries: readonly StateEntry[],
  step: StepGraph,
  target: KernelTarget,
  options: Partial<KernelOptions> = {},
): KernelPlan {
  return compileKernels(step.graph, { target, ...placementOf(entries, step), ...options });
}

export interface GpuProgramOptions {
  readonly seed?: number;
  readonly given?: ReadonlyMap<string, Tensor> | undefined;
  readonly compile?: CompileOptions;
  readonly kernels?: Partial<KernelOptions>;
  readonly segments?: MakeSegments;
}

/** One input of a step that is not the state's. */
export type Batch = Readonly<Record<string, Tensor>>;

export class GpuProgram {
  private readonly readback: Readback;
  private readonly runners = new Map<string, PlanRunner>();

  private constructor(
    readonly device: OpenDevice,
    readonly entries: readonly StateEntry[],
    readonly steps: readonly StepGraph[],
    private readonly initial: StateStore,
    private readonly shared: ReadonlyMap<string, GPUBuffer>,
  ) {
    this.readback = new Readback(device);
  }

  static async open(
    device: OpenDevice,
    phases: readonly PhaseDeclaration[],
    { seed = 0, given, compile = {}, kernels = {}, segments }: GpuProgramOptions = {},
  ): Promise<GpuProgram> {
    const program = compileProgram(phases, compile);
    const state = program.initialState(seed, given);
    const needed = [
      ...program.entries.map(({ name, dtype, shape }) => ({
        label: name,
        bytes: storedBytes(storageOf(dtype)!, sizeOf(shape)),
      })),
      { label: guardName, bytes: 8 },
    ];
    const buffers = await device.memory.allocate(needed.map((buffer) => ({ ...buffer, usage: planBufferUsage })));
    const shared = new Map(needed.map(({ label }, index) => [label, buffers[index]!]));
    const opened = new GpuProgram(device, program.entries, program.steps, state, shared);
    for (const step of program.steps) {
      runPasses(step.graph);
      const plan = planStep(program.entries, step, device.target, kernels);
      const options = { external: shared, ...(segments && { segments }) };
      opened.runners.set(step.name, await PlanRunner.open(device, plan, options));
    }
    opened.reset();
    return opened;
  }

  /** Back to the initial state. */
  reset(): void {
    for (const { name } of this.entries) uploadTensor(this.device, this.shared.get(name)!, this.initial.current(name));
    uploadTensor(this.device, this.shared.get(guardName)!, { dtype: 'int32', shape: [2], data: new Int32Array(2) });
  }

  runner(phase: string): PlanRunner {
    return this.runners.get(phase)!;
  }

  /** Writes what one step is fed. */
  feed(phase: string, batch: Batch, clock: StepClock): void {
    const step = this.steps.find(({ name }) => name === phase)!;
    const runner = this.runner(phase);
    for (const { name } of step.batch) this.write(runner, name, batch[name.slice('batch/'.length)]);
    for (const field of step.random) this.write(runner, field.name, drawRandom(field, clock));
    const values = [...scalarsOf(step, clock).values()];
    if (values.length > 0)
      uploadTensor(this.device, runner.buffer(`scalars of ${phase}`), tensorOf('float32', [values.length], values));
  }

  /** One step: its results by name. The state is the next one, unless the loss is not finite. */
  async run(
    phase: string,
    batch: Batch,
    clock: StepClock,
    how?: 'replay' | 'ordinary',
  ): Promise<Record<string, Tensor>> {
    this.feed(phase, batch, clock);
    await this.runner(phase).run(how);
    return this.results(phase);
  }

  /** The results of the last step of a phase. */
  async results(phase: string): Promise<Record<string, Tensor>> {
    const step = this.steps.find(({ name }) => name === phase)!;
    const runner = this.runner(phase);
    const ports = new Map(runner.plan.outputs.map((port) => [port.name, port]));
    const wanted = Object.values(step.results).map((name) => runner.stored(ports.get(name)!));
    const read = await this.readback.read(wanted);
    return Object.fromEntries(Object.entries(step.results).map(([name, output]) => [name, read[output]!]));
  }

  /** All tensors of the state by name. */
  async state(): Promise<Map<string, Tensor>> {
    const stored = this.entries.flatMap(({ name, dtype, fields }) =>
      fields.map((field) => ({
        name: field.name,
        dtype,
        shape: field.shape,
        buffer: this.shared.get(name)!,
        offset: field.offset,
      })),
    );
    return new Map(Object.entries(await this.readback.read(stored)));
  }

  /** Whether a step was refused, and the steps before it. */
  async guard(): Promise<{ readonly halted: boolean; readonly completed: number }> {
    const buffer = this.shared.get(guardName)!;
    const { guard } = await this.readback.read([{ name: 'guard', dtype: 'int32', shape: [2], buffer, offset: 0 }]);
    const [halted, completed] = guard!.data as Int32Array;
    return { halted: halted !== 0, completed: completed! };
  }

  async dispose(): Promise<void> {
    for (const runner of this.runners.values()) await runner.dispose();
    this.readback.dispose();
    this.device.memory.release([...this.shared.values()]);
  }

  private write(runner: PlanRunner, name: string, tensor: Tensor | undefined): void {
    const port = runner.plan.inputs.find((input) => input.name === name);
    if (!port) return;
    if (!tensor) throw new EngineError('step.batch', `the batch has no tensor '${name}'`);
    uploadTensor(this.device, runner.buffers[port.buffer]!, tensor, { offset: port.offset, what: name });
  }
}
