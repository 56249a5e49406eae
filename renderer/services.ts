// The services of the main side as the window calls them. One connection for the whole window.
import { datasetsService } from '../contract/services/datasets.js';
import { devicesService } from '../contract/services/devices.js';
import { exportsService } from '../contract/services/exports.js';
import { filesService } from '../contract/services/files.js';
import { modelsService } from '../contract/services/models.js';
import { runsService } from '../contract/services/runs.js';
import { trainingService } from '../contract/services/training.js';
import { workspaceService } from '../contract/services/workspace.js';
import { workersService } from '../contract/services/workers.js';
import { connect } from './channel/connect.js';

export const connection = connect();

const services = {
  datasets: connection.client(datasetsService),
  devices: connection.client(devicesService),
  exports: connection.client(exportsService),
  files: connection.client(filesService),
  models: connection.client(modelsService),
  runs: connection.client(runsService),
  training: connection.client(trainingService),
  workers: connection.client(workersService),
  workspace: connection.client(workspaceService),
};

/** Typed clients of all services; see contract/services. Calls reject with a ServiceError that carries the fault. */
export function useServices(): typeof services {
  return services;
}
