// What looking into a run's model needs: the state that counts, the data as it was prepared for the training.
import { faultCodes } from '../../../contract/fault.js';
import { trainRequestSchema, type TrainRequest } from '../../../contract/training.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { KeptCheckpoint } from '../../store/checkpointStore.js';
import type { Workspace } from '../../store/workspace.js';
import type { WorkbenchPorts } from './ports.js';
import { preparationBy } from './preparation.js';

/** Of a finished run the state that it ended with, on which its metrics were measured; else the best so far. */
export async function chosenCheckpoint(workspace: Workspace, run: string): Promise<KeptCheckpoint> {
  const record = workspace.runs.find(run);
  const kept = await workspace.checkpoints(record.run).kept();
  const best = record.status === 'finished' ? undefined : kept.find((checkpoint) => checkpoint.best);
  const chosen = best ?? kept.at(-1);
  if (chosen) return chosen;
  throw new EngineError(
    faultCodes.checkpointMissing,
    `Run '${record.run}': it has no checkpoint yet. Wait for the first epoch, or train again.`,
  );
}

/** @throws EngineError `data.changed` and others of the data */
export async function loadForExamination(
  ports: WorkbenchPorts,
  run: string,
): Promise<{ readonly request: TrainRequest; readonly data: unknown }> {
  const { workspace } = ports;
  return preparationBy(ports)(trainRequestSchema.parse(workspace.runs.request(run)), workspace, run);
}
