// The training step of a benchmark model by onnxruntime-web on WebGPU: the whole graph, recorded and replayed, or run every time.
import type { BenchSteps } from './benchGpu.js';
import type { BenchModel } from './benchModels.js';
import { benchPlan } from './benchPlan.js';
import type { OpenDevice } from './webgpu/device.js';
import { onnxruntimeSegments } from './webgpu/ortSegments/ortSegment.js';
import { PlanRunner } from './webgpu/planRunner.js';
import { uploadTensor } from './webgpu/upload.js';

export class BenchSession implements BenchSteps {
  private constructor(
    readonly runner: PlanRunner,
    /** Whether a recording is to be replayed; where there is none, the session runs. */
    private readonly replays: boolean,
  ) {}

  static async open(device: OpenDevice, model: BenchModel, way: 'recorded' | 'ordinary'): Promise<BenchSession> {
    const { plan, feeds } = benchPlan(model, 'session', device.target);
    const runner = await PlanRunner.open(device, plan, { segments: onnxruntimeSegments });
    for (const { name, buffer, offset } of plan.inputs)
      uploadTensor(device, runner.buffers[buffer]!, feeds[name]!, { offset, what: `input '${name}'` });
    await device.finish();
    return new BenchSession(runner, way === 'recorded' && runner.notes.length === 0);
  }

  async submit(count: number): Promise<void> {
    const { device } = this.runner;
    if (!this.replays) {
      for (let step = 0; step < count; step++) await this.runner.run('ordinary');
      return;
    }
    const encoder = device.device.createCommandEncoder();
    for (let step = 0; step < count; step++) this.runner.encode(encoder);
    device.submit(encoder);
  }

  wait(): Promise<void> {
    return this.runner.device.finish();
  }

  dispose(): Promise<void> {
    return this.runner.dispose();
  }
}
