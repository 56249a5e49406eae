// A channel over the MessagePort that Electron's preload script hands to the window.
import { portOver, type Posting } from '../../contract/channel/messagePort.js';
import type { Port, ToClient, ToServer } from '../../contract/channel/messages.js';
import { bridgeName, portMessage, type ElectronBridge } from '../../contract/channel/electronBridge.js';

/** What the preload script offers; undefined in a browser. */
export function electronBridge(): ElectronBridge | undefined {
  return (globalThis as { readonly [bridgeName]?: ElectronBridge })[bridgeName];
}

/** Asks for a port and waits for it: ports cannot cross the bridge itself, only messages of the window carry them. */
export function openElectronPort(bridge: ElectronBridge): Promise<Port<ToServer, ToClient>> {
  return new Promise((resolve) => {
    const hear = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== portMessage || !port) return;
      window.removeEventListener('message', hear);
      resolve(portOver(port as unknown as Posting));
    };
    window.addEventListener('message', hear);
    bridge.requestPort();
  });
}
