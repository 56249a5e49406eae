// Faults as they travel between processes: a stable code, a sentence in the house form, the place.
import { z } from 'zod';

export const placeSchema = z.object({
  node: z.string().optional(),
  port: z.string().optional(),
  path: z.string().optional(),
});

export const faultSchema = z.object({
  /** Stable and dotted: `store.diskFull`. */
  code: z.string().regex(/^[a-zA-Z][\w]*(\.[\w]+)+$/),
  /** Subject, rule, expected, got, remedy. */
  message: z.string(),
  place: placeSchema.optional(),
});

export type Fault = z.infer<typeof faultSchema>;

/** Codes that hosts act on; others only need to be shown. The first word is the area: see `exitCodeOf` of the command line. */
export const faultCodes = {
  usage: 'usage.arguments',
  runMissing: 'run.notFound',
  runAmbiguous: 'run.ambiguous',
  runBusy: 'run.busy',
  runState: 'run.state',
  dataMissing: 'data.notFound',
  modelMissing: 'model.notFound',
  fileMissing: 'file.notFound',
  workspaceMissing: 'workspace.notFound',
  workspaceForeign: 'workspace.foreign',
  workspaceNewer: 'workspace.newer',
  workspaceCorrupt: 'workspace.corrupt',
  diskFull: 'store.diskFull',
  notWritable: 'store.notWritable',
  storeBusy: 'store.busy',
  storeFailed: 'store.failed',
  checkpointMissing: 'checkpoint.notFound',
  checkpointCorrupt: 'checkpoint.corrupt',
  safetensors: 'input.safetensors',
  runFolder: 'input.runFolder',
  notFinite: 'train.notFinite',
  workerCrashed: 'worker.crashed',
  workerMissing: 'worker.notBuilt',
  cancelled: 'call.cancelled',
  disconnected: 'call.disconnected',
  internal: 'internal.error',
} as const;

/** Anything thrown as a fault: errors with a dotted code keep it (EngineError does), the rest are `internal.error`. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: faultCodes.internal, message: String(error) };
  const { code, place } = error as { code?: unknown; place?: unknown };
  // Node's own codes (`ENOENT`) have no dot.
  const parsed = faultSchema.safeParse({ code, message: error.message, place });
  return parsed.success ? parsed.data : { code: faultCodes.internal, message: error.message };
}
