// The web worker that looks for devices: what the browser lets a page compute on.
import type { CpuReport, DeviceEvent, DevicesResult } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { wasmThreads } from './backends/wasmThreads.web.js';
import { serveJobs } from './jobChannel.web.js';
import { findAdapters } from './webgpu/findAdapters.js';

serveJobs(async (job, { send }) => {
  if (job.kind !== 'devices')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const cpu: CpuReport = { backend: 'wasm', threads: wasmThreads(), reason: null };
  await send({ type: 'cpu', cpu } satisfies DeviceEvent);
  const { gpu } = navigator as { readonly gpu?: GPU };
  if (!gpu) return { reason: 'this browser has no WebGPU' } satisfies DevicesResult;
  const adapters = await findAdapters((wish) => gpu.requestAdapter(wish));
  for (const adapter of adapters) await send({ type: 'adapter', adapter } satisfies DeviceEvent);
  return { reason: adapters.length > 0 ? null : 'the browser found no GPU' } satisfies DevicesResult;
});
