// Texts like «5 min ago» go on by themselves.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { computed } from 'vue';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00Z') });
  // Another test may have started the clock that is asked.
  vi.resetModules();
});
afterEach(() => void vi.useRealTimers());

it('what shows how long ago something was is brought up to date', async () => {
  const { formatTime } = await import('../../renderer/components/format.js');
  const text = computed(() => formatTime('2026-03-01T11:58:30Z'));
  expect(text.value).toBe('1 min ago');
  vi.advanceTimersByTime(60_000);
  expect(text.value).toBe('2 min ago');
  vi.advanceTimersByTime(3 * 3_600_000);
  expect(text.value).toMatch(/^today /);
});
