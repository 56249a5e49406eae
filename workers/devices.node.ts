// The process that looks for devices: drivers of GPUs run in it, and may take it down with them.
import type { AdapterReport, CpuReport, DeviceEvent, DevicesResult } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { physicalCores } from './backends/physicalCores.node.js';
import { serveJobs } from './jobChannel.node.js';
import { findAdapter, installDawn, noAdapterReason } from './webgpu/dawn.node.js';
import { reportOf } from './webgpu/deviceReport.js';

serveJobs(async (job, { send }) => {
  if (job.kind !== 'devices')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  for (const cpu of await cpuReports()) await send({ type: 'cpu', cpu } satisfies DeviceEvent);
  const adapters = await findAdapters();
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

/** WebGPU does not list adapters: it gives the one that fits a wish best. */
async function findAdapters(): Promise<AdapterReport[]> {
  const gpu = await installDawn();
  const wishes: GPURequestAdapterOptions[] = [
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ];
  const found = new Map<string, AdapterReport>();
  for (const wish of wishes) {
    const adapter = await findAdapter(gpu, wish);
    if (!adapter) continue;
    const report = reportOf(adapter);
    const key = `${report.name} ${report.vendor} ${report.driver}`;
    if (!found.has(key)) found.set(key, report);
  }
  return [...found.values()];
}
