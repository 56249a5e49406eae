// One benchmark model on the GPU: its step encoded and submitted as in training, and what is to be told of it.
import type { OpenDevice } from './webgpu/device.js';
import { PlanRunner } from './webgpu/planRunner.js';
import { profilePlan, type ProfileRow } from './webgpu/profile.js';
import { onnxruntimeSegments } from './webgpu/ortSegments/ortSegment.js';
import { uploadTensor } from './webgpu/upload.js';
import { benchPlan, type BenchWay } from './benchPlan.js';
import { benchModel } from './benchTask.js';

/** What is known before anything is timed. */
export interface GpuStepFacts {
  /** Of one step; 0 where nothing was recorded. */
  readonly dispatches: number;
  readonly gpuBytes: number;
  /** Segments that onnxruntime has to run ordinarily, and why. */
  readonly notes: readonly string[];
  /** Nodes that onnxruntime computes. */
  readonly sessionNodes: number;
}

export class GpuStep {
  private constructor(
    private readonly runner: PlanRunner,
    /** Onnxruntime runs its segments itself, every time. */
    private readonly ordinary: boolean,
  ) {}

  /** Compiles, allocates, uploads the first state and a batch. */
  static async open(device: OpenDevice, name: string, options: GpuStepOptions): Promise<GpuStep> {
    const { plan, feeds } = benchPlan(benchModel(name, options.batch), options.way, device.target);
    const runner = await PlanRunner.open(device, plan, { segments: onnxruntimeSegments });
    for (const { name: input, buffer, offset } of plan.inputs)
      uploadTensor(device, runner.buffers[buffer]!, feeds[input]!, { offset, what: `input '${input}'` });
    await device.finish();
    return new GpuStep(runner, options.ordinary ?? false);
  }

  get facts(): GpuStepFacts {
    const { runner } = this;
    return {
      dispatches: runner.dispatches,
      gpuBytes: runner.bytesInUse,
      notes: runner.notes,
      sessionNodes: runner.plan.commands
        .map((command) => (command.kind === 'session' ? command.nodes.length : 0))
        .reduce((left, right) => left + right, 0),
    };
  }

  /** Hands `count` steps to the GPU: in one submission where they are replayed. */
  async submit(count: number): Promise<void> {
    if (!this.replays) {
      for (let step = 0; step < count; step++) await this.runner.run(this.ordinary ? 'ordinary' : 'replay');
      return;
    }
    const { device } = this.runner;
    const encoder = device.device.createCommandEncoder();
    for (let step = 0; step < count; step++) this.runner.encode(encoder);
    device.submit(encoder);
  }

  /** Resolves when the GPU has done all that it was handed. */
  wait(): Promise<void> {
    return this.runner.device.finish();
  }

  /**
   * Milliseconds that the processor spends on handing over one step, the GPU's work not counted: the least of `samples`,
   * each from an idle GPU until the last command is handed over.
   */
  async handOver(steps: number, samples: number): Promise<number> {
    let least = Infinity;
    for (let sample = 0; sample < samples; sample++) {
      await this.wait();
      const start = performance.now();
      await this.submit(steps);
      least = Math.min(least, (performance.now() - start) / steps);
    }
    await this.wait();
    return least;
  }

  /** The kernels by their time on the GPU. */
  profile(): Promise<ProfileRow[]> {
    return profilePlan(this.runner);
  }

  dispose(): Promise<void> {
    return this.runner.dispose();
  }

  private get replays(): boolean {
    return !this.ordinary && this.runner.notes.length === 0;
  }
}

export interface GpuStepOptions {
  readonly batch: number;
  readonly way: BenchWay;
  /** Never replay a recording. */
  readonly ordinary?: boolean;
}
