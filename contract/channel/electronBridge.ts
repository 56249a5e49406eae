// What Electron's preload script offers to the window, and by which names the two know it.

export interface ElectronBridge {
  /** Asks the main process for a channel; its port comes as a message of the window to itself: {@link portMessage}. */
  requestPort(): void;
  /** The path of a file that was dropped or chosen: browsers do not tell it. */
  readonly pathOf: (file: unknown) => string;
}

/** The property of the window. */
export const bridgeName = 'descentBridge';

/** The data of the message that carries the port. */
export const portMessage = 'descent:port';
