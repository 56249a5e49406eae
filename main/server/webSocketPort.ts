// The server's end of a channel over a WebSocket: one binary frame a message, with bounds in both directions.
import type { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../contract/channel/frame.js';
import type { Port, ToClient, ToServer } from '../../contract/channel/messages.js';

/** Bytes that wait to be sent above which progress is thinned out: of each call only the newest is kept. */
const slowAt = 2 * 2 ** 20;
/** Bytes above which the window is given up: it does not read any more, and would connect anew if it lives. */
const deadAt = 512 * 2 ** 20;

export class WebSocketPort implements Port<ToClient, ToServer> {
  /** The newest progress of calls that waits for the socket to drain, by call. */
  private readonly thinned = new Map<number, ToClient>();
  private readonly closeListeners: (() => void)[] = [];
  private closed = false;

  constructor(private readonly socket: WebSocket) {
    socket.on('close', () => {
      this.closed = true;
      this.thinned.clear();
      for (const listener of this.closeListeners) listener();
    });
    // `close` follows.
    socket.on('error', () => undefined);
  }

  send(message: ToClient): void {
    if (this.closed) return;
    if (message.type === 'progress' && message.isReplaceable && this.isSlow) {
      this.thinned.set(message.id, message);
      return;
    }
    // What a call ends with must not be followed by its progress.
    if (message.type !== 'event') this.thinned.delete(message.id);
    this.write(message);
  }

  onMessage(listener: (message: ToServer) => void): void {
    this.socket.on('message', (data: Buffer, isBinary) => {
      const message = isBinary ? decode(data) : undefined;
      // Whoever sends something else is no window of ours. 1003: unsupported data.
      if (message === undefined) this.socket.close(1003);
      else listener(message as ToServer);
    });
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  private get isSlow(): boolean {
    return this.socket.bufferedAmount > slowAt;
  }

  private write(message: ToClient): void {
    this.socket.send(encodeFrame(message), () => {
      if (!this.isSlow) this.flush();
    });
    if (this.socket.bufferedAmount > deadAt) this.socket.terminate();
  }

  private flush(): void {
    const messages = [...this.thinned.values()];
    this.thinned.clear();
    for (const message of messages) this.send(message);
  }
}

function decode(data: Buffer): unknown {
  try {
    return decodeFrame(data);
  } catch {
    return undefined;
  }
}
