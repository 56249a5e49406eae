// Back-pressure of a worker's events: what waits, what passes, and in which order all of it arrives.
import { describe, expect, test } from 'vitest';
import { EventWindow } from '../../workers/eventWindow.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function windowOf(events: number, bytes: number): { readonly window: EventWindow; readonly posted: unknown[] } {
  const posted: unknown[] = [];
  const post = (event: unknown): Promise<void> => Promise.resolve(void posted.push(event));
  return { window: new EventWindow(post, { events, bytes }), posted };
}

describe('Events of a worker', () => {
  test('no more than the window holds are on their way, and all arrive in order', async () => {
    const { window, posted } = windowOf(3, 100);
    const sent = Promise.all(Array.from({ length: 8 }, (_, at) => window.send(at)));
    await settled();
    expect(posted).toEqual([0, 1, 2]);
    window.handled();
    await settled();
    expect(posted).toEqual([0, 1, 2, 3]);
    // Only what is on its way can be answered.
    for (let at = 0; at < 4; at++) {
      window.handled();
      await settled();
    }
    await sent;
    expect(posted).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('a checkpoint waits until the one before is written; what carries no arrays does not', async () => {
    const { window, posted } = windowOf(10, 100);
    const checkpoint = (step: number): unknown => ({ step, tensors: [{ data: new Float32Array(20) }] });
    void window.send(checkpoint(1));
    void window.send({ loss: [1, 2, 3] });
    void window.send(checkpoint(2));
    await settled();
    expect(posted).toHaveLength(2);
    window.handled();
    await settled();
    expect(posted).toEqual([checkpoint(1), { loss: [1, 2, 3] }, checkpoint(2)]);
  });

  test('an event that is larger than the window goes alone', async () => {
    const { window, posted } = windowOf(10, 100);
    void window.send(new Uint8Array(10));
    void window.send(new Uint8Array(1000));
    await settled();
    expect(posted).toHaveLength(1);
    window.handled();
    await settled();
    expect(posted).toHaveLength(2);
  });

  test('an event that cannot be sent is told to its sender alone', async () => {
    const gone = new Error('The host is gone');
    let fails = true;
    const window = new EventWindow(() => (fails ? Promise.reject(gone) : Promise.resolve()));
    await expect(window.send(1)).rejects.toBe(gone);
    fails = false;
    await expect(window.send(2)).resolves.toBeUndefined();
  });
});
