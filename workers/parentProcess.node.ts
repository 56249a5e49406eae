// The main side as a worker process reaches it: the parent of a process that Node forked, or the port that Electron gives to a
// utility process, which is not Node's.
import type { FromWorker, ToWorker } from '../contract/worker.js';

export interface ParentProcess {
  /** Resolves when the message has left the process. */
  post(message: FromWorker<unknown, unknown>): Promise<void>;
  /** Called for each message; the process ends by itself when the parent is gone. */
  onMessage(listener: (message: ToWorker) => void): void;
  /** Whether it is still there. */
  isThere(): boolean;
  /** Lets the process end when everything was said. */
  leave(): void;
}

/** What is used of Electron's `process.parentPort`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const nodeParent: ParentProcess = {
  post: (message) =>
    new Promise((resolve, reject) => {
      process.send!(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
    }),
  onMessage: (listener) => {
    process.on('message', listener);
    process.on('disconnect', () => process.exit());
  },
  isThere: () => process.connected,
  leave: () => process.disconnect(),
};

/** Such a process ends with the application, and is ended by it: only that knows when the last message has arrived. */
function electronParent(port: ParentPort): ParentProcess {
  return {
    post: (message) => {
      port.postMessage(message);
      return new Promise((resolve) => setImmediate(resolve));
    },
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as ToWorker)),
    isThere: () => true,
    leave: () => undefined,
  };
}

export function parentProcess(): ParentProcess {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  return parentPort ? electronParent(parentPort) : nodeParent;
}
