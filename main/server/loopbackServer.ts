// The loopback host: serves the window and its channel on 127.0.0.1 to whoever knows the secret.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceHub } from '../../contract/channel/serveServices.js';
import type { Site } from '../services/hosting/site.js';
import { Access } from './access.js';
import { serveChannel } from './channel.js';
import { answerRequests } from './files.js';

export interface LoopbackOptions {
  readonly hub: ServiceHub;
  /** The files of the window; undefined when it was not built: the channel works all the same. */
  readonly site: Site | undefined;
  /** Tried in turn; 0 is any free one. */
  readonly ports: readonly number[];
}

export interface LoopbackServer {
  readonly port: number;
  /** With the secret: whoever opens it is let in. */
  readonly address: string;
  /** One that lets in once, for the command line of a browser. */
  ticketAddress(): string;
  close(): Promise<void>;
}

/** @throws the error of Node when none of the ports can be had: `EADDRINUSE`, `EACCES` */
export async function startLoopback({ hub, site, ports }: LoopbackOptions): Promise<LoopbackServer> {
  const server = createServer({ requestTimeout: 30_000, maxHeaderSize: 16_384 });
  await listen(server, ports);
  const { port } = server.address() as AddressInfo;
  const access = new Access(port);
  server.on('request', answerRequests(access, site));
  const endChannel = serveChannel(server, access, hub);
  const addressWith = (secret: string): string => `http://127.0.0.1:${port}/?token=${secret}`;
  return {
    port,
    address: addressWith(access.token),
    ticketAddress: () => addressWith(access.issueTicket()),
    close: () =>
      new Promise((resolve) => {
        endChannel();
        server.close(() => resolve());
        // Connections that are kept open for later requests.
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, [port = 0, ...others]: readonly number[]): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    if (others.length === 0) throw error;
    await listen(server, others);
  }
}
