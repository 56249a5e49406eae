// What takes the steps of a training in a web worker: the browser's GPU, sessions on the processor, or the faster of both.
import type { TrainRequest } from '../contract/training.js';
import { pickFastest } from './autoDriver.js';
import { pickBackend } from './backends/pickBackend.web.js';
import { sessionDriver } from './sessionDriver.js';
import type { MakeDriver } from './stepDriver.js';

export interface DriverChoice {
  readonly make: MakeDriver;
  /** Why this backend, once it has been made; undefined where it was asked for. */
  readonly reason: () => string | undefined;
}

/** `before` is the backend that a resumed run was trained on so far: `auto` stays with it. */
export function driverFor(request: TrainRequest, before: string | undefined): DriverChoice {
  const { backend, threads } = request;
  const processor = onProcessor(backend, threads);
  const asked = backend === 'auto' && (before === 'webgpu' || before === 'wasm') ? before : backend;
  if (asked === 'webgpu') return { make: onGpu, reason: () => undefined };
  if (asked !== 'auto') return { make: processor, reason: () => undefined };
  let reason: string | undefined;
  return {
    make: async (made) => {
      const { webDevice } = await import('./backends/webgpu.web.js');
      const adapter = await webDevice().catch(() => undefined);
      if (!adapter || adapter.report.kind === 'software') {
        reason = `wasm: ${adapter ? `the only GPU is ${adapter.report.name}, which computes on the processor` : 'there is no GPU that WebGPU can use'}`;
        return processor(made);
      }
      const candidates = [
        { name: 'wasm', make: processor },
        { name: 'webgpu', make: onGpu },
      ];
      const picked = await pickFastest(candidates, made, { keep: () => undefined });
      reason = `${picked.reason} (${adapter.report.name})`;
      return picked.candidate.make(made);
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
  return gpuDriver({ device: webDevice, segments: onnxruntimeSegments, backend })(request);
};
