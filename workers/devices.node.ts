// The process that looks for devices: drivers of GPUs run in it, and may take it down with them.
import type { CpuReport, DeviceEvent, DevicesResult } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { physicalCores } from './backends/physicalCores.node.js';
import { serveJobs } from './jobChannel.node.js';
import { findAdapter, installDawn, noAdapterReason } from './webgpu/dawn.node.js';
import { findAdapters } from './webgpu/findAdapters.js';

serveJobs(async (job, { send }) => {
  if (job.kind !== 'devices')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  for (const cpu of await cpuReports()) await send({ type: 'cpu', cpu } satisfies DeviceEvent);
  const gpu = await installDawn();
  const adapters = await findAdapters((wish) => findAdapter(gpu, wish));
  for (const adapter of adapters) await send({ type: 'adapter', adapter } satisfies DeviceEvent);
  return { reason: adapters.length > 0 ? null : noAdapterReason() } satisfies DevicesResult;
});

async function cpuReports(): Promise<CpuReport[]> {
  const threads = physicalCores();
  const native: CpuReport = { backend: 'native', threads, reason: await refusalOf(() => import('onnxruntime-node')) };
  return [native, { backend: 'wasm', threads, reason: null }];
}

async function refusalOf(load: () => Promise<unknown>): Promise<string | null> {
  try {
    await load();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
