// The window's connection to its host: Electron's port where the preload script offers one, else a WebSocket to the page's origin.
import { electronBridge, openElectronPort } from './electronPort.js';
import { keepConnected, type Connection } from './reconnect.js';
import { openWebSocketPort } from './webSocketPort.js';

export type { Connection, ConnectionState } from './reconnect.js';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Connects, and again whenever the connection is lost. */
export function connect(): Connection {
  const bridge = electronBridge();
  if (bridge)
    return keepConnected({ open: () => openElectronPort(bridge), isRefused: () => Promise.resolve(false), wait });
  return keepConnected({
    open: () => openWebSocketPort(new WebSocket(new URL('channel', webSocketBase()))),
    isRefused: async () => {
      const { status } = await fetch('alive', { method: 'HEAD', cache: 'no-store', redirect: 'manual' });
      return status === 401 || status === 403;
    },
    wait,
  });
}

function webSocketBase(): string {
  return document.baseURI.replace(/^http/, 'ws');
}
