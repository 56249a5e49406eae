// Keeps a connection to the services alive: opens ports one after the other, with growing pauses while that fails.
import { ServiceConnection } from '../../contract/channel/connectServices.js';
import type { Port, ToClient, ToServer } from '../../contract/channel/messages.js';
import type { Client, Service } from '../../contract/service.js';

/**
 * `connecting`: for the first time; calls wait. `lost`: the main side is gone and is looked for; calls reject.
 * `refused`: it is there again, but does not know this window any more: only a new address leads back.
 */
export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'refused';

export interface Connection {
  readonly state: ConnectionState;
  /** @returns what ends the listening */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Stays good over reconnections. After one, load anew what events may have told meanwhile. */
  client<S extends Service>(service: S): Client<S>;
}

export interface Reconnecting {
  /** Opens a port. @throws anything when there is nobody */
  open(): Promise<Port<ToServer, ToClient>>;
  /** Whether somebody is there who does not let this window in; asked when opening failed. */
  isRefused(): Promise<boolean>;
  /** Resolves after that many milliseconds. */
  wait(milliseconds: number): Promise<void>;
}

const firstPause = 250;
const longestPause = 5000;

/** Connects at once and again whenever the connection is lost. */
export function keepConnected(reconnecting: Reconnecting): Connection {
  const services = new ServiceConnection();
  const listeners = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  const change = (next: ConnectionState): void => {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener(next);
  };
  const look = async (): Promise<void> => {
    for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
      const port = await reconnecting.open().catch(() => undefined);
      if (port) {
        services.attach(port);
        port.onClose(() => {
          change('lost');
          void look();
        });
        change('connected');
        return;
      }
      change((await reconnecting.isRefused().catch(() => false)) ? 'refused' : 'lost');
      await reconnecting.wait(pause);
    }
  };
  void look();
  return {
    get state() {
      return state;
    },
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    client: (service) => services.client(service),
  };
}
