// The bridge between Electron's main process and the window: asks for a channel and hands its port over. Nothing else.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { bridgeName, portMessage, type ElectronBridge } from '../contract/channel/electronBridge.js';

const bridge: ElectronBridge = {
  requestPort: () => ipcRenderer.send(portMessage),
  pathOf: (file) => webUtils.getPathForFile(file as File),
};

contextBridge.exposeInMainWorld(bridgeName, bridge);

// Ports do not cross the bridge; a message of the window to itself carries them.
ipcRenderer.on(portMessage, ({ ports }) => window.postMessage(portMessage, location.origin, [...ports]));
