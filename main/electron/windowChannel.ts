// The windows' channels: each gets the end of a MessagePort when it asks, if it is ours.
import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron';
import { portMessage } from '../../contract/channel/electronBridge.js';
import type { Port, ToClient, ToServer } from '../../contract/channel/messages.js';
import type { ServiceHub } from '../../contract/channel/serveServices.js';
import { isOwnAddress } from '../services/hosting/windowAddress.js';

export function serveChannels(hub: ServiceHub): void {
  ipcMain.on(portMessage, ({ senderFrame }) => {
    // A frame may have gone or been sent elsewhere since.
    if (!senderFrame || senderFrame.parent || !isOwnAddress(senderFrame.url)) return;
    const { port1, port2 } = new MessageChannelMain();
    hub.connect(portOf(port1));
    senderFrame.postMessage(portMessage, null, [port2]);
  });
}

function portOf(port: MessagePortMain): Port<ToClient, ToServer> {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data as ToServer));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
  };
}
