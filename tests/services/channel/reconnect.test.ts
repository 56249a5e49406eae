// A window's connection over losses: clients stay good, calls and states tell what is the case.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ServiceConnection } from '../../../contract/channel/connectServices.js';
import { encodeFrame } from '../../../contract/channel/frame.js';
import { pairPorts, type PortPair } from '../../../contract/channel/pairPorts.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import { defineService, event, method } from '../../../contract/service.js';
import { keepConnected, type ConnectionState, type Reconnecting } from '../../../renderer/channel/reconnect.js';

const testService = defineService('test', {
  methods: { echo: method<number>()(z.object({ value: z.number() })), wait: method()(z.object({})) },
  events: { told: event<number>() },
});

/** A main side that can go and come back; pauses end when the test says so. */
class MainSide implements Reconnecting {
  hub = makeHub();
  isThere = true;
  refuses = false;
  readonly pauses: number[] = [];
  private pair: PortPair<ToServer, ToClient> | undefined;
  private endPause: (() => void) | undefined;

  readonly open: Reconnecting['open'] = () => {
    if (!this.isThere || this.refuses) return Promise.reject(new Error('nobody'));
    this.pair = pairPorts();
    this.hub.connect(this.pair.other);
    return Promise.resolve(this.pair.one);
  };
  readonly isRefused: Reconnecting['isRefused'] = () =>
    this.isThere ? Promise.resolve(this.refuses) : Promise.reject(new Error('nobody'));
  readonly wait: Reconnecting['wait'] = (milliseconds) => {
    this.pauses.push(milliseconds);
    return new Promise((resolve) => (this.endPause = resolve));
  };

  die(): void {
    this.isThere = false;
    this.pair?.close();
  }

  /** Lets the window try again; resolves when it has. */
  async tryAgain(): Promise<void> {
    this.endPause?.();
    await settled();
  }
}

function makeHub(): ServiceHub {
  const hub = new ServiceHub();
  hub.add(testService, { echo: ({ value }) => value, wait: () => new Promise(() => undefined) });
  return hub;
}

/** Everything that does not wait for the outside has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('Connection: calls made before it stands wait for it', async () => {
  const main = new MainSide();
  const connection = keepConnected(main);
  expect(connection.state).toBe('connecting');
  expect(await connection.client(testService).echo({ value: 1 })).toBe(1);
  expect(connection.state).toBe('connected');
});

test('Connection: a call that waits can be cancelled and is then never made', async () => {
  const main = new MainSide();
  const connection = keepConnected(main);
  const controller = new AbortController();
  const call = connection.client(testService).wait({}, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'call.cancelled' });
});

test('Connection: a call that is too large for it is told so, waiting or not; others go on', async () => {
  const pair = pairPorts<ToServer, ToClient>();
  makeHub().connect(pair.other);
  const port: typeof pair.one = {
    ...pair.one,
    onMessage: (listener) => pair.one.onMessage(listener),
    onClose: (listener) => pair.one.onClose(listener),
    send: (message) => {
      encodeFrame(message, 200);
      pair.one.send(message);
    },
  };
  const connection = new ServiceConnection();
  const large = connection.client(
    defineService('test', { methods: { echo: method<number>()(z.object({ value: z.unknown() })) }, events: {} }),
  );
  const tooLarge = {
    code: 'usage.arguments',
    message: expect.stringMatching(/^Call 'test.echo': it could not be sent. .* at most 200 bytes/) as string,
  };
  const early = [large.echo({ value: new Uint8Array(500) }), large.echo({ value: 1 })] as const;
  connection.attach(port);
  await expect(early[0]).rejects.toMatchObject(tooLarge);
  expect(await early[1]).toBe(1);
  await expect(large.echo({ value: new Uint8Array(500) })).rejects.toMatchObject(tooLarge);
  expect(await large.echo({ value: 2 })).toBe(2);
});

test('Connection: clients and listeners are good again after a loss', async () => {
  const main = new MainSide();
  const connection = keepConnected(main);
  const states: ConnectionState[] = [];
  connection.onState((state) => states.push(state));
  const client = connection.client(testService);
  const heard: number[] = [];
  client.on('told', (value) => heard.push(value));
  expect(await client.echo({ value: 1 })).toBe(1);
  main.hub.emitter(testService)('told', 1);

  const underWay = client.wait({});
  await settled();
  main.die();
  await expect(underWay).rejects.toMatchObject({ code: 'call.disconnected' });
  await expect(client.echo({ value: 2 })).rejects.toMatchObject({ code: 'call.disconnected' });

  main.isThere = true;
  main.hub = makeHub();
  await main.tryAgain();
  expect(await client.echo({ value: 3 })).toBe(3);
  main.hub.emitter(testService)('told', 2);
  await client.echo({ value: 4 });
  expect(heard).toEqual([1, 2]);
  expect(states).toEqual(['connected', 'lost', 'connected']);
});

test('Connection: pauses between attempts grow up to five seconds and begin anew after a success', async () => {
  const main = new MainSide();
  const connection = keepConnected(main);
  await settled();
  main.die();
  await settled();
  for (let attempt = 0; attempt < 6; attempt++) await main.tryAgain();
  expect(main.pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  main.isThere = true;
  await main.tryAgain();
  expect(connection.state).toBe('connected');
  main.die();
  await settled();
  expect(main.pauses.at(-1)).toBe(250);
});

test('Connection: a main side that was started anew refuses the window; it says so, and goes on looking', async () => {
  const main = new MainSide();
  const connection = keepConnected(main);
  await settled();
  main.die();
  await settled();
  expect(connection.state).toBe('lost');
  main.isThere = true;
  main.refuses = true;
  await main.tryAgain();
  expect(connection.state).toBe('refused');
  // The window was opened again elsewhere, so the browser has the new cookie.
  main.refuses = false;
  await main.tryAgain();
  expect(connection.state).toBe('connected');
});
