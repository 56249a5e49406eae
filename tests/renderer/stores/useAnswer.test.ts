// Answers of the main side to a question that changes while they are on their way.
import { ref } from 'vue';
import { describe, expect, it } from 'vitest';
import { useAnswer } from '../../../renderer/stores/useAnswer.js';

const arrived = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A main side that answers when it is told to. */
function slowMain() {
  const waiting: { readonly question: string; answer(value: string): void; refuse(error: Error): void }[] = [];
  const ask = (question: string): Promise<string> =>
    new Promise((answer, refuse) => waiting.push({ question, answer, refuse }));
  return { waiting, ask };
}

describe('useAnswer', () => {
  it('Keeps the answer before, but not as the one that stands', async () => {
    const { waiting, ask } = slowMain();
    const question = ref<string | null>('penguins');
    const { value, isCurrent } = useAnswer(() => question.value, ask);
    expect(isCurrent.value).toBe(false);
    waiting[0]!.answer('settings of penguins');
    await arrived();
    expect([value.value, isCurrent.value]).toEqual(['settings of penguins', true]);

    question.value = 'names';
    expect([value.value, isCurrent.value]).toEqual(['settings of penguins', false]);
    waiting[1]!.answer('settings of names');
    await arrived();
    expect([value.value, isCurrent.value]).toEqual(['settings of names', true]);
  });

  it('Hears the answer to the newest question only, in whatever order they come', async () => {
    const { waiting, ask } = slowMain();
    const question = ref('first');
    const { value, isCurrent } = useAnswer(() => question.value, ask);
    question.value = 'second';
    waiting[1]!.answer('second answer');
    waiting[0]!.answer('first answer');
    await arrived();
    expect([value.value, isCurrent.value]).toEqual(['second answer', true]);
  });

  it('Asks a question anew that was left and came back', async () => {
    const { waiting, ask } = slowMain();
    const question = ref<string | undefined>('same');
    const { value, isCurrent } = useAnswer(() => question.value, ask);
    waiting[0]!.answer('old');
    await arrived();
    question.value = undefined;
    expect(isCurrent.value).toBe(false);
    question.value = 'same';
    expect(isCurrent.value).toBe(false);
    waiting[1]!.answer('new');
    await arrived();
    expect([value.value, isCurrent.value]).toEqual(['new', true]);
  });

  it('A fault stands beside the answer before, until it is asked again', async () => {
    const { waiting, ask } = slowMain();
    const { value, fault, isCurrent, reload } = useAnswer(() => 'names', ask);
    waiting[0]!.answer('there');
    await arrived();
    reload();
    expect(isCurrent.value).toBe(false);
    waiting[1]!.refuse(new Error('The folder is gone.'));
    await arrived();
    expect([value.value, fault.value?.message, isCurrent.value]).toEqual(['there', 'The folder is gone.', true]);
    reload();
    waiting[2]!.answer('there again');
    await arrived();
    expect([value.value, fault.value, isCurrent.value]).toEqual(['there again', undefined, true]);
  });

  it('Without a question there is nothing to wait for', () => {
    const { waiting, ask } = slowMain();
    const { value, isCurrent } = useAnswer<string, string>(() => null, ask);
    expect([value.value, isCurrent.value, waiting.length]).toEqual([undefined, true, 0]);
  });
});
