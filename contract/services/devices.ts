// What the main side can compute on; the window asks its own GPU itself.
import { z } from 'zod';
import type { AdapterReport, CpuReport } from '../jobs.js';
import { defineService, method } from '../service.js';

export interface MachineReport {
  readonly adapters: readonly AdapterReport[];
  readonly cpu: readonly CpuReport[];
  /** Why the main side has no GPU to use; null where there is one. */
  readonly reason: string | null;
  readonly cores: number;
  readonly memoryBytes: number;
}

export const devicesService = defineService('devices', {
  methods: {
    /** Looked for once; `again` looks anew. */
    list: method<MachineReport>()(z.object({ again: z.boolean().default(false) })),
  },
  events: {},
});
