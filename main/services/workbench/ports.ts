// What the services of the workbench get of their host; see makeWorkbench in workbench.ts.
import type { ServiceHub } from '../../../contract/channel/serveServices.js';
import type { LogLine, WorkspaceInformation } from '../../../contract/services/workspace.js';
import type { Workspace } from '../../store/workspace.js';
import type { DataWorkClient } from '../datasets/startDataWork.js';
import type { Launch } from '../launcher.js';
import type { Activity } from './activity.js';
import type { WindowGpu } from './windowWorkers.js';

export type LogLevel = LogLine['level'];

export interface WorkbenchPorts {
  readonly workspace: Workspace;
  /** Reads and prepares data in a thread of its own: nothing of it keeps the main process. */
  readonly dataWork: DataWorkClient;
  /** Starts a worker as a process of its own: `train.node`. */
  readonly launch: Launch;
  /**
   * Starts workers in a window that offers a GPU: `train.web`. The run is over when that window goes: the worker counts as
   * exited. Undefined while no window offers one; ask anew for every run.
   */
  launchInWindow(): Launch | undefined;
  /** The GPU of the window that `launchInWindow` would use. */
  windowGpu(): WindowGpu | undefined;
  /** `ports.hub.emitter(service)` tells events. */
  readonly hub: ServiceHub;
  /** A line of the console, kept in `log.txt` too. `source`: `workspace`, `data`, or the id of a run. */
  log(level: LogLevel, source: string, text: string): void;
  readonly host: WorkspaceInformation['host'];
  /** Of the application. */
  readonly version: string;
  /** A folder of this name that ships with the application (`examples`, `templates`); undefined where there is none. */
  resources(name: string): string | undefined;
  /** Makes an empty folder for files that are of use only while this process lives. */
  temporaryFolder(): string;
  /** What must not be cut off: trainings, imports. The workbench closes when all have left. */
  readonly activity: Activity;
  /** Aborted when the workbench closes: trainings save a checkpoint and are marked interrupted, imports stop. */
  readonly closing: AbortSignal;
  /** Registers what is done when nothing is active any more and before the workspace closes. */
  beforeClose(work: () => void | Promise<void>): void;
}
