// Texts: one to be judged, or the start of one that the model writes on.
import type { PageContent } from '../../engine/exporters/pageContent.js';
import { exampleButtons } from './formInput.js';
import { make } from './make.js';
import { actualOf, type Ask, type PageInput } from './pageInput.js';
import { texts } from './texts.js';

export function textInput({ examples }: PageContent, column: string, length: number, ask: Ask): PageInput {
  const isShort = length <= 60;
  const field = isShort
    ? make('input', { id: 'text', type: 'text', spellcheck: 'false', autocomplete: 'off' })
    : make('textarea', { id: 'text', rows: 6, spellcheck: 'false' });
  const changed = (actual?: string): void => ask({ rows: [{ [column]: field.value }], actual });
  field.addEventListener('input', () => changed());
  const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
  const chips = exampleButtons(
    examples,
    ({ rows, actual }) => {
      field.value = textOf(rows[0]?.[column]);
      changed(actualOf(actual));
    },
    ({ rows }) => shortened(textOf(rows[0]?.[column])),
  );
  const element = make(
    'div',
    { class: 'stack' },
    make(
      'div',
      { class: 'field wide' },
      make('label', { for: 'text', text: texts.text }),
      field,
      make('span', { class: 'range', text: texts.textHint(length) }),
    ),
    chips,
  );
  return {
    element,
    start() {
      field.value = textOf(examples[0]?.rows[0]?.[column]);
      changed(examples[0] && actualOf(examples[0].actual));
    },
  };
}

function shortened(text: string): string {
  return text.length <= 32 ? text : `${text.slice(0, 31)}…`;
}
