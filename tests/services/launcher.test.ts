// Running a job in a worker: the host answers an event only when it has been handled, so that a slow disk slows the worker.
import { expect, test } from 'vitest';
import type { ToWorker } from '../../contract/worker.js';
import { runInWorker, type Launch } from '../../main/services/launcher.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an event is answered when it has been handled, and the next is handled after that', async () => {
  const received: ToWorker['type'][] = [];
  let tell: (message: unknown) => void = () => undefined;
  const launch: Launch = () => ({
    send: ({ type }) => void received.push(type),
    onMessage: (listener) => (tell = listener),
    exited: new Promise(() => undefined),
    kill: () => undefined,
  });
  const written: (() => void)[] = [];
  const onEvent = (): Promise<void> => new Promise((resolve) => written.push(resolve));
  const result = runInWorker<number, string>(launch, { entry: 'train.node', job: { kind: 'devices' }, onEvent });
  tell({ type: 'event', event: 1 });
  tell({ type: 'event', event: 2 });
  await settled();
  expect(received).toEqual(['start']);
  expect(written).toHaveLength(1);
  written[0]!();
  await settled();
  expect(received).toEqual(['start', 'handled']);
  written[1]!();
  tell({ type: 'result', result: 'done' });
  await expect(result).resolves.toBe('done');
  expect(received).toEqual(['start', 'handled', 'handled']);
});
