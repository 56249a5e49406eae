// Generated text: the model says which character is likely next, one is drawn, and so on.
import type { PageContent } from '../../engine/exporters/pageContent.js';
import type { InputTransform } from '../../engine/data/preprocessing.js';
import { characterAt, softmax } from './answers.js';
import { button, make } from './make.js';
import type { PageModel } from './pageModel.js';
import { texts } from './texts.js';

type WindowInput = InputTransform & { kind: 'windows' };

export interface Writing {
  readonly input: HTMLElement;
  readonly answer: HTMLElement;
}

/** `onText` hears the text of which the next character is wanted. */
export function writing(
  { examples }: PageContent,
  transform: WindowInput,
  model: PageModel,
  onText: (text: string) => void,
): Writing {
  const begin = make('textarea', { id: 'begin', rows: 4, spellcheck: 'false' });
  const first = examples[0]?.rows[0]?.[transform.column];
  begin.value = typeof first === 'string' ? first : '';
  begin.addEventListener('input', () => onText(begin.value));
  const temperature = slider('temperature', { min: 0.1, max: 1.5, step: 0.05, value: 0.7 });
  const length = slider('length', { min: 50, max: 2000, step: 50, value: 400 });
  const nothing = make('span', { class: 'begin', text: texts.nothingWritten });
  const output = make('output', { class: 'written', 'aria-live': 'off' }, nothing);
  const state = { isWriting: false };
  // Another click changes it while this one is being answered.
  const isWriting = (): boolean => state.isWriting;
  const write = async (): Promise<void> => {
    state.isWriting = true;
    toggle.textContent = texts.stop;
    let text = begin.value;
    const started = make('span', { class: 'begin', text });
    const added = document.createTextNode('');
    output.replaceChildren(started, added);
    for (let count = 0; count < length.value() && isWriting(); count++) {
      const logits = await model.predict([{ [transform.column]: text.slice(-4 * transform.length) }]);
      const next = draw(softmax(logits.subarray(2), temperature.value()));
      const character = characterAt(transform.vocabulary, next + 2);
      text += character;
      added.data += character;
      if (count % 4 === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    state.isWriting = false;
    toggle.textContent = texts.generate;
    onText(text);
  };
  const toggle = button(
    texts.generate,
    () => {
      if (state.isWriting) state.isWriting = false;
      else void write();
    },
    { class: 'primary' },
  );
  return {
    input: make(
      'div',
      { class: 'stack' },
      make('div', { class: 'field wide' }, make('label', { for: 'begin', text: texts.start }), begin),
      make('div', { class: 'fields' }, temperature.element, length.element),
      make('p', { class: 'note', text: texts.temperatureHint }),
      make('div', { class: 'row' }, toggle),
    ),
    answer: output,
  };
}

function slider(name: 'temperature' | 'length', limits: Record<'min' | 'max' | 'step' | 'value', number>) {
  const input = make('input', { id: name, type: 'range', ...limits });
  const shown = make('span', { class: 'range', text: String(limits.value) });
  input.addEventListener('input', () => (shown.textContent = input.value));
  return {
    element: make('div', { class: 'field' }, make('label', { for: name, text: texts[name] }), input, shown),
    value: () => input.valueAsNumber,
  };
}

function draw(shares: readonly number[]): number {
  let left = Math.random();
  const found = shares.findIndex((share) => (left -= share) <= 0);
  return found < 0 ? shares.length - 1 : found;
}
