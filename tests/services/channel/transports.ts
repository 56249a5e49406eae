// The ways by which a client reaches a hub, each as the hosts use it: in one process, over a MessagePort, over a WebSocket.
import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { ServiceConnection } from '../../../contract/channel/connectServices.js';
import { portOver, type Posting } from '../../../contract/channel/messagePort.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { pairPorts } from '../../../contract/channel/pairPorts.js';
import type { ServiceHub } from '../../../contract/channel/serveServices.js';
import { startLoopback } from '../../../main/server/loopbackServer.js';
import { openWebSocketPort } from '../../../renderer/channel/webSocketPort.js';

export interface OpenClient {
  readonly connection: ServiceConnection;
  /** As if the window went. */
  close(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /** Makes the hub reachable. */
  serve(hub: ServiceHub): Promise<{ connect(): Promise<OpenClient>; close(): Promise<void> }>;
}

const inProcess: Transport = {
  name: 'in process',
  serve: (hub) =>
    Promise.resolve({
      connect: () => {
        const pair = pairPorts<ToServer, ToClient>();
        hub.connect(pair.other);
        const connection = new ServiceConnection(pair.one);
        const close = (): Promise<void> => {
          pair.close();
          return Promise.resolve();
        };
        return Promise.resolve({ connection, close });
      },
      close: () => Promise.resolve(),
    }),
};

const messagePort: Transport = {
  name: 'MessagePort',
  serve: (hub) => {
    const open: MessagePort[] = [];
    const connect = (): Promise<OpenClient> => {
      const { port1, port2 } = new MessageChannel();
      open.push(port1);
      hub.connect(portOver(port1 as unknown as Posting));
      const connection = new ServiceConnection(portOver(port2 as unknown as Posting));
      const close = async (): Promise<void> => {
        port2.close();
        await once(port1, 'close');
      };
      return Promise.resolve({ connection, close });
    };
    return Promise.resolve({
      connect,
      close: () => {
        for (const port of open) port.close();
        return Promise.resolve();
      },
    });
  },
};

const webSocket: Transport = {
  name: 'WebSocket',
  serve: async (hub) => {
    const server = await startLoopback({ hub, site: undefined, ports: [0] });
    return {
      connect: () => connectTo(server.address),
      close: () => server.close(),
    };
  },
};

export const transports: readonly Transport[] = [inProcess, messagePort, webSocket];

/** The cookie that a browser gets for the address with the token. */
export async function cookieOf(address: string): Promise<string> {
  const { headers } = await fetch(address, { redirect: 'manual' });
  return headers.get('set-cookie')!.split(';', 1)[0]!;
}

/** A WebSocket as a window opens it that was let in by the address with the token. */
export async function openSocket(address: string): Promise<WebSocket> {
  const { origin, host } = new URL(address);
  return new WebSocket(`ws://${host}/channel`, { headers: { cookie: await cookieOf(address), origin } });
}

/** A client of a host that runs in another process. */
export async function connectTo(address: string): Promise<OpenClient> {
  const socket = await openSocket(address);
  const port = await openWebSocketPort(socket);
  const closed = once(socket, 'close');
  const close = async (): Promise<void> => {
    socket.terminate();
    await closed;
  };
  return { connection: new ServiceConnection(port), close };
}
