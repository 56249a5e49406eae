// A channel over a browser's WebSocket: one binary frame a message.
import { decodeFrame, encodeFrame, largestFrame } from '../../contract/channel/frame.js';
import type { Port, ToClient, ToServer } from '../../contract/channel/messages.js';

/** What is used of a WebSocket; tests hand in that of Node's package. */
export interface Socket {
  binaryType: string;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** Resolves when the connection stands. Sending more than `largest` bytes throws a RangeError. @throws Error when it comes about not */
export function openWebSocketPort(socket: Socket, largest = largestFrame): Promise<Port<ToServer, ToClient>> {
  socket.binaryType = 'arraybuffer';
  const port: Port<ToServer, ToClient> = {
    // Above the limit the host would end the connection, and with it all that goes on.
    send: (message) => socket.send(encodeFrame(message, largest)),
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }) => {
        listener(decodeFrame(new Uint8Array(data as ArrayBuffer)) as ToClient);
      }),
    onClose: (listener) => socket.addEventListener('close', listener),
  };
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(port));
    socket.addEventListener('close', () => reject(new Error('WebSocket: the connection was refused')));
    // `close` follows and tells all there is to tell.
    socket.addEventListener('error', () => undefined);
  });
}
