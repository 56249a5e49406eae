// Questions that come faster than answers: which are asked, which are heard.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LatestQuestion } from '../../../renderer/features/runs/latestQuestion.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A host that takes a while for each answer, and stops when it is told to. */
function slowHost(milliseconds: number): {
  readonly questions: LatestQuestion<string, string>;
  readonly asked: string[];
  readonly heard: string[];
  readonly failed: unknown[];
} {
  const [asked, heard, failed] = [[] as string[], [] as string[], [] as unknown[]];
  const questions = new LatestQuestion<string, string>({
    ask: (question, signal) =>
      new Promise((resolve, reject) => {
        asked.push(question);
        if (question === 'broken') reject(new Error('broken'));
        setTimeout(() => resolve(question), milliseconds);
        signal.addEventListener('abort', () => reject(new Error('cancelled')));
      }),
    heard: (answer) => void heard.push(answer),
    failed: (error) => void failed.push(error),
  });
  return { questions, asked, heard, failed };
}

test('the first is asked at once; of those that come meanwhile the newest, after the answer', async () => {
  const { questions, asked, heard } = slowHost(40);
  for (const question of ['1', '2', '3']) questions.ask(question);
  expect(asked).toEqual(['1']);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(['1', '3']);
  expect(heard).toEqual(['1', '3']);
  expect(questions.isAsking).toBe(false);
});

test('an answer that takes long is given up for a newer question, and is no fault', async () => {
  const { questions, asked, heard, failed } = slowHost(10_000);
  questions.ask('old');
  await vi.advanceTimersByTimeAsync(50);
  questions.ask('new');
  await vi.advanceTimersByTimeAsync(90);
  expect(asked).toEqual(['old']);
  await vi.advanceTimersByTimeAsync(20);
  expect(asked).toEqual(['old', 'new']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(heard).toEqual(['new']);
  expect(failed).toEqual([]);
});

test('a fault is told, and the next question is asked', async () => {
  const { questions, heard, failed } = slowHost(10);
  questions.ask('broken');
  questions.ask('good');
  await vi.advanceTimersByTimeAsync(50);
  expect(failed).toHaveLength(1);
  expect(heard).toEqual(['good']);
});

test('after the end nothing is heard', async () => {
  const { questions, heard, failed } = slowHost(10);
  questions.ask('1');
  questions.ask('2');
  questions.stop();
  await vi.advanceTimersByTimeAsync(100);
  expect([heard, failed]).toEqual([[], []]);
});
