// A window that does not read: what waits for it stays bounded, and nothing that matters is lost.
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { decodeFrame, encodeFrame } from '../../../contract/channel/frame.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { WebSocketPort } from '../../../main/server/webSocketPort.js';

let server: WebSocketServer;
let near: WebSocket;
let far: WebSocket;
let port: WebSocketPort;
let heard: ToClient[];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  far = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`);
  heard = [];
  far.on('message', (data: Buffer) => heard.push(decodeFrame(data) as ToClient));
  const opened = once(far, 'open');
  [near] = (await once(server, 'connection')) as [WebSocket];
  await opened;
  port = new WebSocketPort(near);
});
afterEach(() => {
  far.terminate();
  server.close();
});

const large = new Uint8Array(2 ** 18);
const progress = (id: number, value: unknown, isReplaceable = true): ToClient => ({
  type: 'progress',
  id,
  value,
  isReplaceable,
});
const result = (id: number): ToClient => ({ type: 'result', id, value: null });

/** Sends so much that the socket is slow, and returns how much waits then. */
function fill(): number {
  far.pause();
  for (let at = 0; at < 400; at++) port.send(progress(1, { at, large }));
  return near.bufferedAmount;
}

async function drained(): Promise<void> {
  far.resume();
  while (!heard.some((message) => message.type === 'result' && message.id === 99)) await once(far, 'message');
}

test('Slow window: of progress only the newest waits, and it comes in the end', async () => {
  expect(fill()).toBeLessThan(8 * 2 ** 20);
  // Told when the socket has drained, before the result that ends it.
  far.resume();
  const newest = (message: ToClient): boolean =>
    message.type === 'progress' && (message.value as { at: number }).at === 399;
  while (!heard.some(newest)) await once(far, 'message');
  const numbers = heard.map((message) => (message.type === 'progress' ? (message.value as { at: number }).at : -1));
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  expect(numbers.length).toBeLessThan(100);
});

test('Slow window: progress of which every value matters, events and results are all kept', async () => {
  fill();
  for (let at = 0; at < 50; at++) {
    port.send(progress(2, at, false));
    port.send({ type: 'event', service: 'a', name: 'b', value: at });
  }
  port.send(result(99));
  await drained();
  const kept = heard.filter((message) => message.type === 'progress' && message.id === 2);
  expect(kept.map((message) => (message as { value: unknown }).value)).toEqual(
    Array.from({ length: 50 }, (_, at) => at),
  );
  expect(heard.filter(({ type }) => type === 'event')).toHaveLength(50);
});

test('Slow window: progress does not follow the result of its call', async () => {
  fill();
  port.send(result(1));
  port.send(result(99));
  await drained();
  const end = heard.findIndex((message) => message.type === 'result' && message.id === 1);
  expect(heard.slice(end + 1).filter(({ type }) => type === 'progress')).toEqual([]);
});

test('Slow window: one that never reads is given up', async () => {
  far.pause();
  const closed = new Promise<void>((resolve) => port.onClose(resolve));
  const event: ToClient = { type: 'event', service: 'a', name: 'b', value: new Uint8Array(2 ** 26) };
  for (let sent = 0; sent < 10 && near.readyState === WebSocket.OPEN; sent++) port.send(event);
  await closed;
  expect(near.readyState).not.toBe(WebSocket.OPEN);
  // Nobody is there: nothing happens.
  port.send(event);
});

test.each([
  ['a text', '{"type":"call"}'],
  ['bytes that are no frame', Buffer.from([255, 255, 255, 255])],
])('A window that sends %s is shut out', async (_, data) => {
  const messages: ToServer[] = [];
  port.onMessage((message) => messages.push(message));
  far.send(encodeFrame({ type: 'cancel', id: 1 }));
  far.send(data);
  const [code] = (await once(far, 'close')) as [number];
  expect(code).toBe(1003);
  expect(messages).toEqual([{ type: 'cancel', id: 1 }]);
});
