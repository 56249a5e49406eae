// Runs the loopback host: one process shows the window of a workspace, a second one finds it.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { hostname } from 'node:os';
import { HostError } from '../services/hosting/hostError.js';
import { builtSite } from '../services/hosting/site.js';
import { applicationVersion } from '../services/hosting/version.js';
import { lastPort, leaveWindow, takeWindow, windowOwner, type WindowOwner } from '../services/hosting/windowLock.js';
import type { Launch } from '../services/launcher.js';
import { makeWorkbench, type Workbench } from '../services/workbench/workbench.js';
import { openWorkspace } from '../services/workspaces.js';
import { startLoopback, type LoopbackServer } from './loopbackServer.js';

export interface ServeOptions {
  /** Made when it is missing or empty. */
  readonly workspace: string;
  /** Undefined: the one of last time, or any. */
  readonly port: number | undefined;
  readonly launch: Launch;
}

/** The workbench of this process, or that of another one that has the same workspace. */
export type Served =
  | { readonly isOwn: false; readonly address: string; ticketAddress(): Promise<string> }
  | {
      readonly isOwn: true;
      readonly address: string;
      ticketAddress(): Promise<string>;
      readonly workbench: Workbench;
      /** Lets trainings save a checkpoint first. */
      close(): Promise<void>;
    };

/** @throws HostError `workspace.*`, `store.*`, `server.portTaken` */
export async function serveWorkbench(options: ServeOptions): Promise<Served> {
  const folder = resolve(options.workspace);
  const owner = windowOwner(folder);
  if (owner) return otherWorkbench(folder, owner);
  const workspace = openWorkspace(folder, { create: true });
  const workbench = makeWorkbench({
    workspace,
    launch: options.launch,
    host: 'loopback',
    version: applicationVersion(),
  });
  try {
    const server = await start(workbench, folder, options.port);
    const first = takeWindow(folder, server.address);
    if (!first) return ownWorkbench(folder, workbench, server);
    await server.close();
    await workbench.close();
    return otherWorkbench(folder, first);
  } catch (error) {
    await workbench.close();
    throw error;
  }
}

function ownWorkbench(folder: string, workbench: Workbench, server: LoopbackServer): Served {
  return {
    isOwn: true,
    address: server.address,
    ticketAddress: () => Promise.resolve(server.ticketAddress()),
    workbench,
    close: async () => {
      await workbench.close();
      await server.close();
      leaveWindow(folder);
    },
  };
}

function otherWorkbench(folder: string, { address, host }: WindowOwner): Served {
  const subject = `Workspace '${folder}'`;
  if (host !== hostname())
    throw new HostError('workspace.inUse', `${subject}: it is open on the machine '${host}'. Close it there first.`);
  if (address === null)
    throw new HostError(
      'workspace.inUse',
      `${subject}: it is open in the desktop application. Use that window, or close it.`,
    );
  return { isOwn: false, address, ticketAddress: () => otherTicket(subject, address) };
}

async function otherTicket(subject: string, address: string): Promise<string> {
  const { origin, searchParams } = new URL(address);
  const headers = { Authorization: `Bearer ${searchParams.get('token') ?? ''}` };
  const answer = await fetch(`${origin}/ticket`, { headers, signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  if (!answer?.ok)
    throw new HostError(
      'workspace.inUse',
      `${subject}: the process that shows it does not answer. End it, then start again.`,
    );
  return `${origin}/?token=${await answer.text()}`;
}

async function start({ hub }: Workbench, folder: string, port: number | undefined): Promise<LoopbackServer> {
  const ports = port === undefined ? [lastPort(folder) ?? usualPort(folder), 0] : [port];
  try {
    return await startLoopback({ hub, site: builtSite(), ports });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new HostError(
      'server.portTaken',
      `Server: port ${port} of 127.0.0.1 cannot be had (${code}). Name another, or leave --port out.`,
    );
  }
}

/** The same each time for a workspace: a browser keeps what it has cached by address and port. */
function usualPort(folder: string): number {
  return 20_000 + (createHash('sha256').update(folder).digest().readUInt16BE() % 10_000);
}
