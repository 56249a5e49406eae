// Workers that a window hosts: the main side's end and the window's end, over a channel, with workers of the test's own.
import { beforeEach, describe, expect, test } from 'vitest';
import { ServiceConnection } from '../../../contract/channel/connectServices.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { pairPorts } from '../../../contract/channel/pairPorts.js';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import { workersService, type HostReport } from '../../../contract/services/workers.js';
import type { FromWorker, ToWorker } from '../../../contract/worker.js';
import { runInWorker, type WorkerProcess } from '../../../main/services/launcher.js';
import { WindowWorkers } from '../../../main/services/workbench/windowWorkers.js';
import { HostedWorkers, type HostedWorker } from '../../../renderer/channel/hostWorkers.js';

/** A worker as a browser has it, which the test plays. */
class PlayedWorker implements HostedWorker {
  readonly received: ToWorker[] = [];
  readonly moved: Transferable[] = [];
  isTerminated = false;
  private readonly onMessage: ((event: { data: unknown }) => void)[] = [];
  private readonly onError: ((event: { message: string }) => void)[] = [];

  constructor(
    readonly entry: string,
    readonly id: string,
  ) {}

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.received.push(message as ToWorker);
    this.moved.push(...transfer);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  addEventListener(type: 'message' | 'error', listener: (event: { data: unknown; message: string }) => void): void {
    if (type === 'message') this.onMessage.push(listener as (event: { data: unknown }) => void);
    else this.onError.push(listener as (event: { message: string }) => void);
  }

  say(message: FromWorker<unknown, unknown>): void {
    for (const listener of this.onMessage) listener({ data: message });
  }

  fail(message: string): void {
    for (const listener of this.onError) listener({ message });
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const gpu = { adapter: 'a GPU', software: false };

let hub: ServiceHub;
let main: WindowWorkers;
let failures: string[];

/** A window that offers its GPU. */
async function openWindow(
  webgpu: typeof gpu | null = gpu,
  refuse: (report: HostReport) => Promise<void> | undefined = () => undefined,
): Promise<{
  readonly workers: PlayedWorker[];
  readonly hosted: HostedWorkers;
  close(): void;
}> {
  const pair = pairPorts<ToServer, ToClient>();
  hub.connect(pair.other);
  const service = new ServiceConnection(pair.one).client(workersService);
  const workers: PlayedWorker[] = [];
  const hosted = new HostedWorkers(
    (report) => refuse(report) ?? service.report(report),
    (entry, id) => {
      const worker = new PlayedWorker(entry, id);
      workers.push(worker);
      return worker;
    },
  );
  service
    .host({ webgpu }, { onProgress: (request) => hosted.handle(request) })
    .catch(() => undefined)
    .finally(() => hosted.endAll());
  await settled();
  return { workers, hosted, close: () => pair.close() };
}

function launch(): WorkerProcess {
  return main.launcher()!('train.web');
}

beforeEach(() => {
  failures = [];
  hub = new ServiceHub();
  main = new WindowWorkers((_, error) => failures.push(error));
  hub.add(workersService, main.service);
});

describe('Workers of a window', () => {
  test('there is no launcher without a window that has a GPU', async () => {
    expect(main.launcher()).toBeUndefined();
    await openWindow(null);
    expect(main.launcher()).toBeUndefined();
    const window = await openWindow();
    expect(main.launcher()).toBeDefined();
    expect(main.gpu()).toEqual(gpu);
    window.close();
    await settled();
    expect(main.launcher()).toBeUndefined();
  });

  test('a job runs in it as in a process: messages both ways in order, then the result', async () => {
    const { workers, hosted } = await openWindow();
    const events: unknown[] = [];
    const data = Float32Array.of(1, 2, 3);
    const job = { kind: 'devices', data } as unknown as Parameters<typeof runInWorker>[1]['job'];
    const result = runInWorker<unknown, string>(main.launcher()!, {
      entry: 'train.web',
      job,
      onEvent: (event) => void events.push(event),
    });
    await settled();
    const [worker] = workers;
    expect(worker!.entry).toBe('train.web');
    expect(worker!.received).toEqual([{ type: 'start', job }]);
    // The memory moves: nobody else needs it.
    expect(worker!.moved).toHaveLength(1);
    expect(hosted.count).toBe(1);
    for (let at = 0; at < 20; at++) worker!.say({ type: 'event', event: { at, values: Float64Array.of(at, NaN) } });
    worker!.say({ type: 'result', result: 'done' });
    expect(await result).toBe('done');
    expect(events).toEqual(Array.from({ length: 20 }, (_, at) => ({ at, values: Float64Array.of(at, NaN) })));
    expect(worker!.isTerminated).toBe(true);
    expect(hosted.count).toBe(0);
  });

  test('a stop reaches it', async () => {
    const { workers } = await openWindow();
    const worker = launch();
    worker.send({ type: 'stop' });
    await settled();
    expect(workers[0]!.received).toEqual([{ type: 'stop' }]);
  });

  test('a kill ends it', async () => {
    const { workers } = await openWindow();
    const worker = launch();
    worker.kill();
    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await settled();
    expect(workers[0]!.isTerminated).toBe(true);
  });

  test('a worker that fails outside its job counts as crashed, and says why', async () => {
    const { workers } = await openWindow();
    const worker = launch();
    await settled();
    workers[0]!.fail('out of memory');
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(failures).toEqual(['out of memory']);
  });

  test('a message that cannot be sent ends it, and the job says why instead of waiting', async () => {
    const { workers, hosted } = await openWindow(gpu, ({ type }) =>
      type === 'message' ? Promise.reject(new RangeError('Channel: a message is too large.')) : undefined,
    );
    const job = { kind: 'devices' } as const;
    const result = runInWorker(main.launcher()!, { entry: 'train.web', job, onEvent: () => undefined });
    await settled();
    workers[0]!.say({ type: 'event', event: 1 });
    await expect(result).rejects.toMatchObject({ code: 'worker.crashed' });
    expect(failures).toEqual(['Channel: a message is too large.']);
    expect(hosted.count).toBe(0);
  });

  test('when its window goes, it counts as gone', async () => {
    const window = await openWindow();
    const job = { kind: 'devices' } as const;
    const result = runInWorker(main.launcher()!, { entry: 'train.web', job, onEvent: () => undefined });
    await settled();
    window.close();
    await expect(result).rejects.toMatchObject({ code: 'worker.windowClosed' });
    await settled();
    expect(window.workers[0]!.isTerminated).toBe(true);
  });

  test('the window with the fewest gets the next', async () => {
    const [one, other] = [await openWindow(), await openWindow()];
    launch();
    launch();
    await settled();
    expect([one.workers.length, other.workers.length]).toEqual([1, 1]);
  });

  test('a window speaks only for its own workers', async () => {
    const window = await openWindow();
    const worker = launch();
    await settled();
    const pair = pairPorts<ToServer, ToClient>();
    hub.connect(pair.other);
    const stranger = new ServiceConnection(pair.one).client(workersService);
    const heard: unknown[] = [];
    worker.onMessage((message) => heard.push(message));
    const { id } = window.workers[0]!;
    await stranger.report({ type: 'message', worker: id, message: { type: 'result', result: 1 } });
    await stranger.report({ type: 'ended', worker: id, error: null });
    expect(heard).toEqual([]);
    expect(window.hosted.count).toBe(1);
  });

  test.each(['../../evil', 'https://evil.example/x', 'train.node', 'a/b.web', ''])(
    'a window starts entries of the app only: %s',
    async (entry) => {
      const { workers } = await openWindow();
      const worker = main.launcher()!(entry);
      expect(await worker.exited).toEqual({ code: 1, signal: null });
      expect(workers).toEqual([]);
    },
  );
});
