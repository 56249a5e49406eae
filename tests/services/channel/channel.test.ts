// The channel between services and their users, over every transport alike.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import { defineService, event, method, type Client, type Implementation } from '../../../contract/service.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { transports, type OpenClient } from './transports.js';

const testService = defineService('test', {
  methods: {
    echo: method<unknown>()(z.object({ value: z.unknown() })),
    fail: method()(z.object({ how: z.enum(['placed', 'plain', 'later']) })),
    count: method<number, number>('every')(z.object({ to: z.int().min(0).default(3) })),
    wait: method()(z.object({})),
    who: method<string>()(z.object({})),
    unsendable: method<unknown>()(z.object({})),
  },
  events: { told: event<unknown>(), other: event<number>() },
});

/** Calls of `wait` that are under way, and those that were aborted. */
const waiting: { begun: number; aborted: number } = { begun: 0, aborted: 0 };

const implementation: Implementation<typeof testService> = {
  echo: ({ value }) => value,
  fail: async ({ how }) => {
    if (how === 'later') await Promise.resolve();
    if (how === 'placed' || how === 'later')
      throw new EngineError('test.placed', "Conv 'stem': wrong", { node: 'stem', port: 'W' });
    throw new TypeError('plain');
  },
  count: async ({ to }, { progress }) => {
    for (let at = 1; at <= to; at++) {
      progress(at);
      if (at % 10 === 0) await Promise.resolve();
    }
    return to;
  },
  wait: (_, { signal }) => {
    waiting.begun++;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        waiting.aborted++;
        resolve();
      });
    });
  },
  who: (_, { caller }) => caller,
  unsendable: () => () => 1,
};

/** Every kind of value that services send. */
const values: Readonly<Record<string, unknown>> = {
  numbers: [0, -0, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 5e-324],
  bigints: [0n, -1n, 2n ** 80n],
  texts: ['', 'ü—💡', '\u0000', '\ud800'],
  nothing: { here: null, list: [undefined, null] },
  keys: { $array: 'Uint8Array', $: 1, $$x: 2, $map: [], plain: { $undefined: true } },
  collections: {
    map: new Map<unknown, unknown>([
      ['a', new Set([1, NaN])],
      [2, new Map([[[1], -0]])],
    ]),
    date: new Date(1e12),
  },
  arrays: {
    Uint8Array: Uint8Array.of(0, 255),
    Int8Array: Int8Array.of(-128, 127, 1),
    Uint8ClampedArray: Uint8ClampedArray.of(7),
    Uint16Array: Uint16Array.of(65535),
    Int16Array: Int16Array.of(-32768),
    Uint32Array: Uint32Array.of(2 ** 32 - 1),
    Int32Array: Int32Array.of(-1),
    Float32Array: Float32Array.of(NaN, -0, 1e-45, Infinity),
    Float64Array: Float64Array.of(NaN, -0, 5e-324),
    BigInt64Array: BigInt64Array.of(-(2n ** 63n)),
    BigUint64Array: BigUint64Array.of(2n ** 64n - 1n),
    empty: new Float64Array(0),
    buffer: Uint8Array.of(1, 2, 3).buffer,
    part: new Float32Array(Float32Array.of(1, 2, 3, 4).buffer, 4, 2),
  },
};

describe.each(transports)('Channel $name', (transport) => {
  let served: Awaited<ReturnType<(typeof transport)['serve']>>;
  let hub: ServiceHub;
  let failures: string[];
  let opened: OpenClient;
  let client: Client<typeof testService>;

  beforeEach(async () => {
    failures = [];
    hub = new ServiceHub((subject) => failures.push(subject));
    hub.add(testService, implementation);
    Object.assign(waiting, { begun: 0, aborted: 0 });
    served = await transport.serve(hub);
    opened = await served.connect();
    client = opened.connection.client(testService);
  });
  afterEach(() => served.close());

  test.each(Object.keys(values))('results come back as they are: %s', async (kind) => {
    expect(await client.echo({ value: values[kind] })).toStrictEqual(values[kind]);
  });

  test('arrays keep every bit, those of NaNs too', async () => {
    const bits = Uint32Array.of(0x7fc00001, 0xffc12345, 0x80000000, 0x7f800000);
    const back = (await client.echo({ value: new Float32Array(bits.buffer) })) as Float32Array;
    expect(new Uint32Array(back.slice().buffer)).toEqual(bits);
  });

  test('32 MiB cross in one message', async () => {
    const value = new Uint32Array(2 ** 23).map((_, index) => Math.imul(index, 2654435761));
    const back = (await client.echo({ value })) as Uint32Array;
    expect(Buffer.compare(Buffer.from(back.buffer, back.byteOffset, back.byteLength), Buffer.from(value.buffer))).toBe(
      0,
    );
  });

  test.each(['placed', 'later'] as const)('a fault keeps code, message and place: %s', async (how) => {
    await expect(client.fail({ how })).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'test.placed',
      message: "Conv 'stem': wrong",
      place: { node: 'stem', port: 'W' },
    });
    expect(failures).toEqual([]);
  });

  test('an error without a code is internal, and told to the host', async () => {
    await expect(client.fail({ how: 'plain' })).rejects.toMatchObject({ code: 'internal.error', message: 'plain' });
    expect(failures).toEqual(["Call 'test.fail'"]);
  });

  test('a result that cannot be sent is a fault, and the connection goes on', async () => {
    await expect(client.unsendable({})).rejects.toMatchObject({ code: 'internal.error' });
    expect(await client.echo({ value: 1 })).toBe(1);
  });

  test('progress comes in order and before the result', async () => {
    const seen: number[] = [];
    const result = await client.count({ to: 500 }, { onProgress: (value) => seen.push(value) });
    expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(result).toBe(500);
  });

  test('arguments get their defaults where they arrive', async () => {
    expect(await client.count({})).toBe(3);
  });

  test('an argument of the wrong form is refused with its place', async () => {
    await expect(client.count({ to: -1 })).rejects.toMatchObject({ code: 'usage.arguments' });
    await expect(client.count({ to: 'x' as unknown as number })).rejects.toThrow(/to/);
  });

  test.each(['constructor', '__proto__', 'toString', 'missing'])('there is no method %s', async (name) => {
    const other = { ...testService, methods: { [name]: method()(z.object({})) } };
    const call = Object.values(opened.connection.client(other))[0] as unknown as (argument: object) => Promise<void>;
    await expect(call({})).rejects.toMatchObject({
      code: 'usage.arguments',
      message: expect.stringContaining(name) as string,
    });
  });

  test('there is no service of that name', async () => {
    const other = opened.connection.client({ ...testService, name: 'secrets' });
    await expect(other.who({})).rejects.toMatchObject({ code: 'usage.arguments' });
  });

  test('a call can be cancelled', async () => {
    const controller = new AbortController();
    const call = client.wait({}, { signal: controller.signal });
    await client.echo({ value: 1 });
    expect(waiting.begun).toBe(1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(waiting.aborted).toBe(1);
  });

  test('a call that is cancelled beforehand is not made', async () => {
    await expect(client.wait({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'call.cancelled' });
    await client.echo({ value: 1 });
    expect(waiting.begun).toBe(0);
  });

  test('events reach every client in order, but not the one that is left out', async () => {
    const second = await served.connect();
    const heard: unknown[][] = [[], []];
    const clients = [client, second.connection.client(testService)];
    clients.forEach((each, index) => each.on('told', (value) => heard[index]!.push(value)));
    const emit = hub.emitter(testService);
    emit('told', 1);
    emit('told', Float32Array.of(2));
    emit('told', 3, { except: await client.who({}) });
    await Promise.all(clients.map((each) => each.echo({ value: null })));
    expect(heard).toEqual([
      [1, Float32Array.of(2)],
      [1, Float32Array.of(2), 3],
    ]);
  });

  test('an event that cannot be sent does not break the work that tells it', async () => {
    hub.emitter(testService)('told', () => 1);
    expect(failures).toEqual(["Event 'test.told'"]);
    expect(await client.echo({ value: 1 })).toBe(1);
  });

  test('listening ends', async () => {
    const heard: unknown[] = [];
    const end = client.on('told', (value) => heard.push(value));
    hub.emitter(testService)('told', 1);
    await client.echo({ value: null });
    end();
    hub.emitter(testService)('told', 2);
    await client.echo({ value: null });
    expect(heard).toEqual([1]);
  });

  test('callers have names of their own', async () => {
    const second = await served.connect();
    const [one, other] = await Promise.all([client.who({}), second.connection.client(testService).who({})]);
    expect(one).not.toBe(other);
    expect(await client.who({})).toBe(one);
  });

  test('when a client goes its calls are aborted on one side and rejected on the other', async () => {
    const gone = new Promise<string>((resolve) => hub.onGone(resolve));
    const caller = await client.who({});
    const calls = [client.wait({}), client.wait({})];
    const outcomes = Promise.allSettled(calls);
    await client.echo({ value: 1 });
    expect(hub.clientCount).toBe(1);
    await opened.close();
    expect(await gone).toBe(caller);
    expect(waiting).toEqual({ begun: 2, aborted: 2 });
    expect(hub.clientCount).toBe(0);
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'call.disconnected' } });
    await expect(client.who({})).rejects.toMatchObject({ code: 'call.disconnected' });
  });

  test('a hundred calls at once get their own answers', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, value) => client.echo({ value })));
    expect(answers).toEqual(Array.from({ length: 100 }, (_, value) => value));
  });
});
