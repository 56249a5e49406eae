// The workbench without its host: opens nothing itself, makes every service over the workspace and adds it to one hub.
import { join } from 'node:path';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import { datasetsService } from '../../../contract/services/datasets.js';
import { devicesService } from '../../../contract/services/devices.js';
import { exportsService } from '../../../contract/services/exports.js';
import { trainingService } from '../../../contract/services/training.js';
import { filesService } from '../../../contract/services/files.js';
import { modelsService } from '../../../contract/services/models.js';
import { runsService } from '../../../contract/services/runs.js';
import { workersService } from '../../../contract/services/workers.js';
import { workspaceService, type WorkspaceInformation } from '../../../contract/services/workspace.js';
import { removeAbandonedScratch } from '../../store/scratchFolders.js';
import type { Workspace } from '../../store/workspace.js';
import { startDataWork } from '../datasets/startDataWork.js';
import type { Launch } from '../launcher.js';
import { resourceFolder } from '../resourceFolder.js';
import { Activity } from './activity.js';
import { makeDatasetsService } from './datasets.js';
import { makeDevicesService } from './devices.js';
import { makeExportsService } from './exports.js';
import { makeFilesService } from './files.js';
import { makeModelsService } from './models.js';
import { Log } from './log.js';
import type { WorkbenchPorts } from './ports.js';
import { makeRunsService } from './runs.js';
import { TemporaryFolders } from './temporaryFolders.js';
import { makeTrainingService } from './training.js';
import { WindowWorkers } from './windowWorkers.js';
import { WorkerMemory } from './workerMemory.js';
import { makeWorkspaceService, OpenRequests } from './workspace.js';

export interface WorkbenchOptions {
  /** Closed with the workbench. */
  readonly workspace: Workspace;
  readonly launch: Launch;
  readonly host: WorkspaceInformation['host'];
  /** Of the application. */
  readonly version: string;
}

export interface Workbench {
  /** Windows connect here. */
  readonly hub: ServiceHub;
  readonly ports: WorkbenchPorts;
  /** Has a window open a model file: one that is there, else the next that comes. */
  openModel(path: string): void;
  /** Lets trainings save a checkpoint, waits for everything that is active, and closes the workspace. Can be called twice. */
  close(): Promise<void>;
}

export function makeWorkbench(options: WorkbenchOptions): Workbench {
  const { workspace } = options;
  const hub = new ServiceHub((subject, error) => console.add('error', 'workbench', `${subject}: ${traceOf(error)}`));
  const emit = hub.emitter(workspaceService);
  const console = new Log(join(workspace.path, 'log.txt'), (line) => emit('logged', line));
  const folders = new TemporaryFolders(workspace.path);
  void removeAbandonedScratch();
  const memory = new WorkerMemory();
  const windows = new WindowWorkers((worker, error) => console.add('error', 'workers', `Worker ${worker}: ${error}`));
  const openRequests = new OpenRequests();
  const closing = new AbortController();
  const dataWork = startDataWork({ workspace: workspace.path });
  const closers: (() => void | Promise<void>)[] = [() => dataWork.close()];
  const ports: WorkbenchPorts = {
    ...options,
    dataWork: dataWork.client,
    launch: memory.watch(options.launch),
    launchInWindow: () => windows.launcher(),
    windowGpu: () => windows.gpu(),
    hub,
    log: (level, source, text) => console.add(level, source, text),
    resources: resourceFolder,
    temporaryFolder: () => folders.make(),
    activity: new Activity(),
    closing: closing.signal,
    beforeClose: (work) => void closers.push(work),
  };
  hub.add(workspaceService, makeWorkspaceService(ports, { console, memory, openRequests }));
  hub.add(workersService, windows.service);
  addServices(hub, ports);

  const close = async (): Promise<void> => {
    closing.abort();
    await ports.activity.idle();
    for (const work of closers) {
      // What one of them cannot do is no reason to leave the rest undone.
      try {
        await work();
      } catch (error) {
        console.add('error', 'workbench', `Closing: ${traceOf(error)}`);
      }
    }
    folders.removeAll();
    console.close();
    workspace.close();
  };
  let closed: Promise<void> | undefined;
  const openModel = (path: string): void => {
    if (hub.clientCount > 0) emit('openRequested', { path });
    else openRequests.put(path);
  };
  return { hub, ports, openModel, close: () => (closed ??= close()) };
}

/** Each service is one line. Their modules must be quick to load: what is heavy (DuckDB, sharp) they import when it is needed. */
function addServices(hub: ServiceHub, ports: WorkbenchPorts): void {
  hub.add(devicesService, makeDevicesService(ports));
  hub.add(runsService, makeRunsService(ports));
  hub.add(exportsService, makeExportsService(ports));
  hub.add(filesService, makeFilesService(ports));
  hub.add(modelsService, makeModelsService(ports));
  hub.add(trainingService, makeTrainingService(ports));
  hub.add(datasetsService, makeDatasetsService(ports));
}

/** A defect of ours: without its trace it could not be found. */
function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
