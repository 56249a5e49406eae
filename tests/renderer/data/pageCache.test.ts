// Pages come nearest first, few at once; what left the view is not waited for; a fault stops until it is tried again.
import { describe, expect, it } from 'vitest';
import { PageCache, pagesOf } from '../../../renderer/features/data/pageCache.js';

function makeSource(concurrency = 1, capacity = 4) {
  const asked: number[] = [];
  const released: string[] = [];
  const changed: number[] = [];
  const waiting = new Map<number, { give(): void; fail(): void; signal: AbortSignal }>();
  const cache = new PageCache<string>({
    pageSize: 10,
    capacity,
    concurrency,
    load: (from, count, signal) =>
      new Promise((resolve, reject) => {
        const page = from / 10;
        asked.push(page);
        waiting.set(page, {
          give: () => resolve(`${String(from)}+${String(count)}`),
          fail: () => reject(new Error('gone')),
          signal,
        });
      }),
    onChange: (page) => changed.push(page),
    release: (value) => released.push(value),
  });
  const answer = async (page: number, how: 'give' | 'fail' = 'give') => {
    waiting.get(page)![how]();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { cache, asked, released, changed, waiting, answer };
}

describe('page cache', () => {
  it('asks for the page in the middle of the view first', async () => {
    const { cache, asked, answer } = makeSource();
    cache.reset(100);
    cache.show(10, 60);
    await answer(3);
    expect(asked).toEqual([3, 2]);
  });

  it('asks for no more than there is', async () => {
    const { cache, answer } = makeSource();
    cache.reset(15);
    cache.show(10, 40);
    await answer(1);
    expect(cache.get(1)).toBe('10+5');
  });

  it('asks for nothing where there is nothing', () => {
    const { cache, asked } = makeSource();
    cache.reset(0);
    cache.show(0, 40);
    expect(asked).toEqual([]);
  });

  it('cancels what left the view and frees it when it comes all the same', async () => {
    const { cache, asked, released, waiting, answer } = makeSource();
    cache.reset(1000);
    cache.show(0, 10);
    cache.show(500, 510);
    expect(waiting.get(0)!.signal.aborted).toBe(true);
    expect(asked).toEqual([0, 50]);
    await answer(0);
    expect(cache.get(0)).toBeUndefined();
    expect(released).toEqual(['0+10']);
  });

  it('forgets what was seen longest ago, never what is in view', async () => {
    const { cache, released, answer } = makeSource(1, 2);
    cache.reset(100);
    for (const page of [0, 1]) {
      cache.show(page * 10, page * 10 + 10);
      await answer(page);
    }
    cache.show(0, 10);
    cache.show(20, 30);
    await answer(2);
    expect(released).toEqual(['10+10']);
    expect(cache.get(0)).toBe('0+10');
  });

  it('keeps a whole view that is larger than its capacity', async () => {
    const { cache, released, answer } = makeSource(3, 1);
    cache.reset(100);
    cache.show(0, 30);
    for (const page of [0, 1, 2]) await answer(page);
    expect(released).toEqual([]);
  });

  it('stops at a fault and goes on when it is told to', async () => {
    const { cache, asked, answer } = makeSource();
    cache.reset(100);
    cache.show(0, 20);
    await answer(asked[0]!, 'fail');
    expect(cache.fault).toBeInstanceOf(Error);
    expect(asked).toHaveLength(1);
    cache.retry();
    expect(asked).toHaveLength(2);
  });

  it('begins anew with another query', async () => {
    const { cache, released, waiting, answer } = makeSource(2);
    cache.reset(100);
    cache.show(0, 20);
    await answer(0);
    cache.reset(50);
    expect(released).toEqual(['0+10']);
    expect(waiting.get(1)!.signal.aborted).toBe(true);
    expect(cache.get(0)).toBeUndefined();
  });

  it('knows the pages of a span', () => {
    expect(pagesOf(0, 10, 10)).toEqual({ first: 0, last: 0 });
    expect(pagesOf(9, 11, 10)).toEqual({ first: 0, last: 1 });
  });
});
