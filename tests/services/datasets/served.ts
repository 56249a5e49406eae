// The data sets service as a window reaches it, over a workspace on disk.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ServiceConnection } from '../../../contract/channel/connectServices.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { pairPorts } from '../../../contract/channel/pairPorts.js';
import type { Client } from '../../../contract/service.js';
import { datasetsService } from '../../../contract/services/datasets.js';
import { makeWorkbench } from '../../../main/services/workbench/workbench.js';
import { openWorkspace, type Workspace } from '../../../main/store/workspace.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

export interface Served {
  readonly datasets: Client<typeof datasetsService>;
  readonly workspace: Workspace;
  /** Ids of data sets that changed, in order. */
  readonly changes: string[];
  readonly close: () => Promise<void>;
}

export function serve(folder = join(temporaryFolder(), 'workspace')): Served {
  const workspace = openWorkspace(folder, { create: true });
  const workbench = makeWorkbench({
    workspace,
    launch: () => {
      throw new Error('no worker is to be started here');
    },
    host: 'loopback',
    version: 'test',
  });
  const close = () => workbench.close();
  const pair = pairPorts<ToServer, ToClient>();
  workbench.hub.connect(pair.other);
  const datasets = new ServiceConnection(pair.one).client(datasetsService);
  const changes: string[] = [];
  datasets.on('changed', ({ ids }) => void changes.push(...ids));
  onTestFinished(close);
  return { datasets, workspace, changes, close };
}
