// What takes the steps of a training in a web worker: the browser's GPU, sessions on the processor, or the faster of both.
import type { AdapterReport } from '../contract/jobs.js';
import type { TrainRequest } from '../contract/training.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { runPasses } from '../engine/passes/runPasses.js';
import { compileProgram } from '../engine/training/program.js';
import { trainPhase } from '../engine/training/supervised.js';
import { pickFastest, type Picked } from './autoDriver.js';
import { pickBackend } from './backends/pickBackend.web.js';
import { loadTiles, loadTimes, saveTiles, saveTimes } from './choiceCache.web.js';
import { sessionDriver } from './sessionDriver.js';
import type { DriverChoice, DriverRequest, MakeDriver } from './stepDriver.js';

/** `before` is the backend that a resumed run was trained on so far: `auto` stays with it. */
export function driverFor(request: TrainRequest, before: string | undefined): DriverChoice {
  const { backend, threads } = request;
  const known = before === 'webgpu' || before === 'wasm' ? before : 'auto';
  const asked = backend === 'auto' ? known : backend;
  if (asked === 'webgpu') return { make: onGpu, reason: () => undefined };
  if (asked !== 'auto') return { make: onProcessor(asked, threads), reason: () => undefined };
  let reason: string | undefined;
  return {
    make: async (made) => {
      const picked = await pickAutomatically(made, onProcessor('wasm', threads));
      reason = picked.reason;
      return picked.make(made);
    },
    reason: () => reason,
  };
}

/** A name that is no browser's is refused when the driver is made. */
function onProcessor(name: string, threads: number | undefined): MakeDriver {
  return async (request) => {
    const backend = await pickBackend(name);
    const load = { choices: {}, ...(threads !== undefined && { threads }) };
    return sessionDriver({ backend, load })(request);
  };
}

const onGpu: MakeDriver = async (request) => {
  // It also says where onnxruntime's files lie.
  const backend = await pickBackend('webgpu');
  const [{ webDevice }, { onnxruntimeSegments }, { gpuDriver }] = await Promise.all([
    import('./backends/webgpu.web.js'),
    import('./webgpu/ortSegments/ortSegment.js'),
    import('./webgpu/gpuDriver.js'),
  ]);
  const adapter = adapterKey((await webDevice()).report);
  const tiles = {
    known: await loadTiles(adapter),
    keep: (found: Record<string, string>) => void saveTiles(adapter, found),
  };
  return gpuDriver({ device: webDevice, segments: onnxruntimeSegments, backend, tiles })(request);
};

function adapterKey({ vendor, architecture, name, driver }: AdapterReport): string {
  return [vendor, architecture, name, driver].join(' ');
}

async function pickAutomatically(
  request: DriverRequest,
  processor: MakeDriver,
): Promise<{ readonly make: MakeDriver; readonly reason: string }> {
  const { webDevice } = await import('./backends/webgpu.web.js');
  const report = await webDevice().then(
    (device) => device.report,
    () => undefined,
  );
  if (!report) return { make: processor, reason: 'wasm: there is no GPU that WebGPU can use' };
  if (report.kind === 'software')
    return { make: processor, reason: `wasm: the only GPU is ${report.name}, which computes on the processor` };
  const key = `${await modelKey(request)}|${adapterKey(report)}`;
  const candidates = [
    { name: 'wasm', make: processor },
    { name: 'webgpu', make: onGpu },
  ];
  const picked: Picked = await pickFastest(candidates, request, {
    known: await loadTimes(key),
    keep: (times) => void saveTimes(key, times),
  });
  return { make: picked.candidate.make, reason: `${picked.reason} (${report.name})` };
}

/** Stands for the step graph and its batches: equal models with equal batches and optimizers take equal times. */
async function modelKey({ phases, training }: DriverRequest): Promise<string> {
  const { graph } = compileProgram(phases).steps.find(({ name }) => name === trainPhase)!;
  runPasses(graph);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encodeModel(graph)));
  const hash = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return training.augmented ? `${hash}|${JSON.stringify(training.augmented.augmentation)}` : hash;
}
