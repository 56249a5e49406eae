// What takes the steps of a training in plain Node: sessions on the processor, a GPU over Dawn, or the faster of both.
import { createHash } from 'node:crypto';
import { platform } from 'node:os';
import type { TrainRequest } from '../contract/training.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { runPasses } from '../engine/passes/runPasses.js';
import { compileProgram } from '../engine/training/program.js';
import { trainPhase } from '../engine/training/supervised.js';
import { pickFastest, type Candidate } from './autoDriver.js';
import type { Backend } from './backends/backend.js';
import { physicalCores } from './backends/physicalCores.node.js';
import { pickBackend } from './backends/pickBackend.node.js';
import { loadChoices, loadTiles, loadTimes, saveChoices, saveTiles, saveTimes } from './choiceCache.node.js';
import { sessionDriver } from './sessionDriver.js';
import type { DriverChoice, DriverRequest, MakeDriver } from './stepDriver.js';
import { preparedBatches } from './threadedBatches.node.js';
import type { AdapterReport } from '../contract/jobs.js';
import { hasDriver } from './webgpu/vulkan.node.js';

/** `before` is the backend that a resumed run was trained on so far: `auto` stays with it. */
export function driverFor(request: TrainRequest, before: string | undefined): DriverChoice {
  const threads = request.threads ?? physicalCores();
  const asked = request.backend === 'auto' ? before : request.backend;
  if (asked === 'webgpu') return { make: onGpu, reason: () => undefined };
  if (asked === 'native' || asked === 'wasm')
    return { make: onProcessor(() => pickBackend(asked), threads), reason: () => undefined };
  let reason: string | undefined;
  return {
    make: async (made) => {
      const picked = await pickAutomatically(made, threads);
      reason = picked.reason;
      return picked.make(made);
    },
    reason: () => reason,
  };
}

/** Keeps the lowerings that it measures. */
function onProcessor(pick: () => Promise<Backend>, threads: number): MakeDriver {
  return async (request) => {
    const backend = await pick();
    const choices = loadChoices(backend.name, threads);
    const before = JSON.stringify(choices);
    const driver = await sessionDriver({ backend, load: { threads, choices }, batches: preparedBatches })(request);
    if (JSON.stringify(choices) !== before) saveChoices(backend.name, threads, choices);
    return driver;
  };
}

const onGpu: MakeDriver = async (request) => {
  const [{ nodeDevice, webgpu }, { onnxruntimeSegments }, { gpuDriver }] = await Promise.all([
    import('./backends/webgpu.node.js'),
    import('./webgpu/ortSegments/ortSegment.js'),
    import('./webgpu/gpuDriver.js'),
  ]);
  const { report } = await nodeDevice();
  const adapter = [report.vendor, report.architecture, report.name, report.driver].join(' ');
  return gpuDriver({
    device: nodeDevice,
    segments: onnxruntimeSegments,
    backend: webgpu,
    batches: preparedBatches,
    tiles: { known: loadTiles(adapter), keep: (found) => void saveTiles(adapter, found) },
  })(request);
};

async function pickAutomatically(
  request: DriverRequest,
  threads: number,
): Promise<{ readonly make: MakeDriver; readonly reason: string }> {
  const backend = await pickBackend('auto');
  const processor: Candidate = { name: backend.name, make: onProcessor(() => Promise.resolve(backend), threads) };
  const gpu = await findGpu();
  if (typeof gpu === 'string') return { make: processor.make, reason: `${backend.name}: ${gpu}` };
  const key = [modelKey(request), threads, gpu.name, gpu.driver].join('|');
  const { candidate, reason } = await pickFastest([processor, { name: 'webgpu', make: onGpu }], request, {
    known: loadTimes(key),
    keep: (times) => void saveTimes(key, times),
  });
  return { make: candidate.make, reason: `${reason} (${gpu.name})` };
}

/** The GPU that is worth a try, or why there is none. */
async function findGpu(): Promise<AdapterReport | string> {
  // Dawn would find its software adapter only, at the price of loading it.
  if (platform() === 'linux' && !hasDriver()) return 'there is no GPU that WebGPU can use';
  try {
    const { nodeDevice } = await import('./backends/webgpu.node.js');
    const { report } = await nodeDevice();
    return report.kind === 'software' ? `the only GPU is ${report.name}, which computes on the processor` : report;
  } catch (error) {
    return `there is no GPU that WebGPU can use (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Stands for the step graph and its batches: equal models with equal batches and optimizers take equal times. */
function modelKey({ phases, training }: DriverRequest): string {
  const { graph } = compileProgram(phases).steps.find(({ name }) => name === trainPhase)!;
  runPasses(graph);
  const augmentation = JSON.stringify(training.augmented?.augmentation ?? '');
  return createHash('sha256').update(encodeModel(graph)).update(augmentation).digest('hex').slice(0, 32);
}
