// The adapters of a computer, as far as WebGPU tells: it does not list them, but gives the one that fits a wish best.
import type { AdapterReport } from '../../contract/jobs.js';
import { reportOf } from './deviceReport.js';

const wishes: readonly GPURequestAdapterOptions[] = [
  { powerPreference: 'high-performance' },
  { powerPreference: 'low-power' },
  { forceFallbackAdapter: true },
];

/** @param find the adapter for a wish; null: there is none */
export async function findAdapters(
  find: (wish: GPURequestAdapterOptions) => Promise<GPUAdapter | null>,
): Promise<AdapterReport[]> {
  const found = new Map<string, AdapterReport>();
  for (const wish of wishes) {
    const adapter = await find(wish);
    if (!adapter) continue;
    const report = reportOf(adapter);
    const key = `${report.name} ${report.vendor} ${report.driver}`;
    if (!found.has(key)) found.set(key, report);
  }
  return [...found.values()];
}
