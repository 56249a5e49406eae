// Runs that come as folders, for hosts: see main/store/runFolder.ts.
import { importRunFolder, isRunFolder } from '../store/runFolder.js';
import type { Workspace } from './workspaces.js';

/** Brings what lies at `path` into the workspace. @returns the run's id; undefined when it is not a run's folder */
export async function importRun(workspace: Workspace, path: string): Promise<string | undefined> {
  return (await isRunFolder(path)) ? importRunFolder(workspace, path) : undefined;
}
