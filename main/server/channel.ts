// The windows' connections: upgrades requests that are allowed to, and ends those whose other side has gone silent.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { largestFrame } from '../../contract/channel/frame.js';
import type { ServiceHub } from '../../contract/channel/serveServices.js';
import type { Access } from './access.js';
import { WebSocketPort } from './webSocketPort.js';

/** Milliseconds between questions whether the other side still lives; two without an answer mean that it does not. */
const pingInterval = 20_000;

/** @returns what ends all connections */
export function serveChannel(server: Server, access: Access, hub: ServiceHub): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false });
  const answered = new WeakSet<WebSocket>();
  sockets.on('connection', (socket) => {
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    hub.connect(new WebSocketPort(socket));
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const refused = request.url !== '/channel' ? 404 : refusal(access, request);
    if (refused !== null) return void stream.end(`HTTP/1.1 ${refused} Refused\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  });
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingInterval);
  timer.unref();
  return () => {
    clearInterval(timer);
    // 1001: going away.
    for (const socket of sockets.clients) socket.close(1001);
    sockets.close();
  };
}

function refusal(access: Access, { headers }: IncomingMessage): number | null {
  const refused = access.refuseChannel(headers);
  return refused === null ? null : refused === 'secret' ? 401 : 403;
}
