// The workspace service: where the workspace is, what windows keep in it, what the console shows.
import { basename } from 'node:path';
import { statfs } from 'node:fs/promises';
import { workspaceService } from '../../../contract/services/workspace.js';
import type { Implementation } from '../../../contract/service.js';
import type { Log } from './log.js';
import type { WorkbenchPorts } from './ports.js';
import type { WorkerMemory } from './workerMemory.js';

/** What only this service needs. */
export interface WorkspaceParts {
  readonly console: Log;
  readonly memory: WorkerMemory;
  readonly openRequests: OpenRequests;
}

/** Model files that are to be opened and that no window has taken yet. */
export class OpenRequests {
  private path: string | null = null;

  /** The last one counts. */
  put(path: string): void {
    this.path = path;
  }

  take(): string | null {
    const { path } = this;
    this.path = null;
    return path;
  }
}

export function makeWorkspaceService(
  ports: WorkbenchPorts,
  { console, memory, openRequests }: WorkspaceParts,
): Implementation<typeof workspaceService> {
  const { workspace, hub, host, version } = ports;
  const emit = hub.emitter(workspaceService);
  return {
    information: () => ({
      path: workspace.path,
      name: basename(workspace.path),
      host,
      version,
      platform: process.platform,
      counts: workspace.counts(),
    }),
    status: async () => ({
      memoryBytes: process.memoryUsage.rss() + (await memory.total()),
      diskFreeBytes: await freeBytes(workspace.path),
      clients: hub.clientCount,
    }),
    readState: ({ key }) => workspace.state.read(key),
    writeState: ({ key, value }, { caller }) => {
      workspace.state.write(key, value);
      emit('stateWritten', { key }, { except: caller });
    },
    takeOpenRequest: () => openRequests.take(),
    log: ({ limit }) => console.tail(limit),
    report: ({ level, source, text }) => ports.log(level, source, text),
  };
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
