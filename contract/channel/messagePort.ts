// A channel over something with `postMessage`: a MessagePort of a browser, a worker, or Electron.
import type { Port } from './messages.js';

/** What is used of a MessagePort or a Worker. */
export interface Posting {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start?(): void;
}

/** Messages are structured clones; the other end is our own code. */
export function portOver<Out, In>(posting: Posting): Port<Out, In> {
  return {
    send: (message) => posting.postMessage(message),
    onMessage: (listener) => {
      posting.addEventListener('message', ({ data }) => listener(data as In));
      posting.start?.();
    },
    onClose: (listener) => posting.addEventListener('close', listener),
  };
}
