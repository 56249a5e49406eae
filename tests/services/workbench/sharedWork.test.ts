// Work that several callers wait for: done once, and given up when nobody waits any more.
import { describe, expect, it } from 'vitest';
import { SharedWork } from '../../../main/services/workbench/sharedWork.js';

describe('Shared work', () => {
  it('is done once for all who wait, and given up when nobody does any more', async () => {
    const work = new SharedWork<string, number>();
    let begun = 0;
    let finish: (value: string) => void = () => undefined;
    let abandoned = false;
    const begin = ({
      signal,
      progress,
    }: {
      signal: AbortSignal;
      progress: (value: number) => void;
    }): Promise<string> => {
      begun++;
      progress(1);
      signal.addEventListener('abort', () => (abandoned = true));
      return new Promise((resolve) => (finish = resolve));
    };
    const heard: number[] = [];
    const caller = (signal: AbortSignal) => ({ signal, progress: (value: number) => void heard.push(value) });
    const giveUp = new AbortController();
    const first = work.do('a', caller(giveUp.signal), begin);
    const second = work.do('a', caller(new AbortController().signal), begin);
    giveUp.abort();
    await expect(first).rejects.toThrow();
    expect(abandoned).toBe(false);
    finish('done');
    expect(await second).toBe('done');
    expect(begun).toBe(1);
    expect(heard).toEqual([1, 1]);
    const alone = new AbortController();
    const third = work.do('a', caller(alone.signal), begin);
    alone.abort();
    await expect(third).rejects.toThrow();
    expect(abandoned).toBe(true);
  });
});
