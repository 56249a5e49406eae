// What this computer can train on.
import type { AdapterReport, CpuReport, DeviceEvent, DevicesResult } from '../../contract/jobs.js';
import { faultCodes } from '../../contract/fault.js';
import { runInWorker, WorkerError, type Launch } from './launcher.js';

export interface DeviceList {
  /** The first is the one that `webgpu` uses. */
  readonly adapters: readonly AdapterReport[];
  readonly cpu: readonly CpuReport[];
  /** Why there is no GPU to use, and what to do about it; null where there is one. */
  readonly reason: string | null;
}

/** Looks for devices in a worker: a driver that crashes is a reason to have no GPU, not a failure. */
export async function listDevices(launch: Launch, signal?: AbortSignal): Promise<DeviceList> {
  const adapters: AdapterReport[] = [];
  const cpu: CpuReport[] = [];
  const onEvent = (event: DeviceEvent): void => {
    if (event.type === 'cpu') cpu.push(event.cpu);
    else adapters.push(event.adapter);
  };
  try {
    const job = { kind: 'devices' } as const;
    const { reason } = await runInWorker<DeviceEvent, DevicesResult>(launch, {
      entry: 'devices.node',
      job,
      onEvent,
      signal,
    });
    return { adapters, cpu, reason };
  } catch (error) {
    // Before the first report it was no driver that failed.
    if (!(error instanceof WorkerError && error.code === faultCodes.workerCrashed) || cpu.length === 0) throw error;
    return { adapters, cpu, reason: `the driver of a GPU crashed when it was looked for (${error.message})` };
  }
}
