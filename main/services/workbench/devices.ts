// The devices service: what the main side can compute on, looked for once because drivers take their time.
import { availableParallelism, totalmem } from 'node:os';
import type { devicesService } from '../../../contract/services/devices.js';
import { type MachineReport } from '../../../contract/services/devices.js';
import type { Implementation } from '../../../contract/service.js';
import { listDevices } from '../devices.js';
import type { WorkbenchPorts } from './ports.js';

export function makeDevicesService({ launch, closing }: WorkbenchPorts): Implementation<typeof devicesService> {
  let found: Promise<MachineReport> | undefined;
  const look = async (): Promise<MachineReport> => {
    const { adapters, cpu, reason } = await listDevices(launch, closing);
    return { adapters, cpu, reason, cores: availableParallelism(), memoryBytes: totalmem() };
  };
  return {
    list: ({ again }) => {
      if (again || !found) {
        const looking = look();
        found = looking;
        // A failure is told to those who asked, and looked for anew by the next.
        looking.catch(() => found === looking && (found = undefined));
      }
      return found;
    },
  };
}
