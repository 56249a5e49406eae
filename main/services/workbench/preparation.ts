// Prepares trainings in the thread that reads data, for everything of the workbench that needs a run's data.
import type { TrainingPorts } from '../training.js';
import type { WorkbenchPorts } from './ports.js';

export function preparationBy({ dataWork }: Pick<WorkbenchPorts, 'dataWork'>): TrainingPorts['prepare'] {
  return (request, workspace, run) =>
    dataWork.prepare({ request, run: run === undefined ? undefined : { id: run, folder: workspace.runFolder(run) } });
}
