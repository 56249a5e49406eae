// Workspaces for hosts: opened, used, closed.
import { openWorkspace, type OpenOptions, type Workspace } from '../store/workspace.js';

export { openWorkspace, type Workspace } from '../store/workspace.js';

/** Runs `work` with the workspace and closes it whatever happens. @throws as {@link openWorkspace} */
export async function withWorkspace<T>(
  folder: string,
  options: OpenOptions,
  work: (workspace: Workspace) => T | Promise<T>,
): Promise<T> {
  const workspace = openWorkspace(folder, options);
  try {
    return await work(workspace);
  } finally {
    workspace.close();
  }
}
