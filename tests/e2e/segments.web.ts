// A web worker of the tests: the step of a small model by our kernels, by onnxruntime, and by replaying onnxruntime's commands.
import { useOrtFiles } from '../../workers/backends/ortFiles.web.js';
import { webDevice } from '../../workers/backends/webgpu.web.js';
import { benchPlan, type BenchWay } from '../../workers/benchPlan.js';
import { benchModel } from '../../workers/benchTask.js';
import { serveJobs } from '../../workers/jobChannel.web.js';
import { onnxruntimeSegments } from '../../workers/webgpu/ortSegments/ortSegment.js';
import { PlanRunner } from '../../workers/webgpu/planRunner.js';
import { Readback } from '../../workers/webgpu/readback.js';
import { uploadTensor } from '../../workers/webgpu/upload.js';

/** By output name. */
type Outputs = Readonly<Record<string, readonly number[]>>;

/** What the test compares: the same step from the same state. */
export interface SegmentsResult {
  readonly kernels: Outputs;
  readonly ordinary: Outputs;
  readonly replayed: Outputs;
  /** Why there is no replay. */
  readonly notes: readonly string[];
}

serveJobs(async (): Promise<SegmentsResult> => {
  useOrtFiles(new URL('/web/', location.href).href);
  const ours = await runStep('kernels', ['replay']);
  const theirs = await runStep('session', ['ordinary', 'replay']);
  const [ordinary, replayed] = theirs.outputs;
  return { kernels: ours.outputs[0]!, ordinary: ordinary!, replayed: replayed!, notes: theirs.notes };
});

/** Each way from the first state on. */
async function runStep(
  way: BenchWay,
  hows: readonly ('replay' | 'ordinary')[],
): Promise<{ readonly outputs: readonly Outputs[]; readonly notes: readonly string[] }> {
  const device = await webDevice();
  const { plan, feeds } = benchPlan(benchModel('mlp', 4), way, device.target);
  const runner = await PlanRunner.open(device, plan, { segments: onnxruntimeSegments });
  const readback = new Readback(device);
  const outputs: Outputs[] = [];
  for (const how of hows) {
    for (const { name, buffer, offset } of plan.inputs)
      uploadTensor(device, runner.buffers[buffer]!, feeds[name]!, { offset });
    await runner.run(how);
    const tensors = await readback.read(plan.outputs.map((port) => runner.stored(port)));
    outputs.push(
      Object.fromEntries(
        Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data as unknown as ArrayLike<number>)]),
      ),
    );
  }
  const { notes } = runner;
  readback.dispose();
  await runner.dispose();
  return { outputs, notes };
}
