// Arrays that are no images: their numbers, one after the other.
import type { InputTransform } from '../../engine/data/preprocessing.js';
import { decodeBase64 } from '../../engine/exporters/base64.js';
import type { PageContent, PageValue } from '../../engine/exporters/pageContent.js';
import { exampleButtons } from './formInput.js';
import { make } from './make.js';
import { actualOf, type Ask, type PageInput } from './pageInput.js';
import { texts } from './texts.js';

export function numbersInput(
  { examples }: PageContent,
  { column, shape }: InputTransform & { kind: 'array' },
  ask: Ask,
): PageInput {
  const count = shape.reduce((product, size) => product * size, 1);
  const field = make('textarea', { id: 'numbers', rows: 8, spellcheck: 'false' });
  const note = make('p', { class: 'note', 'aria-live': 'polite' });
  const read = (): number[] => field.value.split(/[\s,;]+/).flatMap((word) => (word === '' ? [] : [Number(word)]));
  const changed = (actual?: string): void => {
    const numbers = read();
    const isWhole = numbers.length === count && numbers.every(Number.isFinite);
    note.textContent = isWhole ? '' : texts.numbersFault(count, numbers.length);
    if (isWhole) ask({ rows: [{ [column]: numbers }], actual });
  };
  const show = (value: PageValue | undefined): void => {
    field.value = numbersOf(value).join(' ');
  };
  field.addEventListener('input', () => changed());
  const chips = exampleButtons(examples, ({ rows, actual }) => {
    show(rows[0]?.[column]);
    changed(actualOf(actual));
  });
  const label = make('label', { for: 'numbers', text: texts.numbers(column, shape) });
  return {
    element: make('div', { class: 'stack' }, make('div', { class: 'field wide' }, label, field, note), chips),
    start() {
      show(examples[0]?.rows[0]?.[column] ?? new Array<number>(count).fill(0));
      changed(examples[0] && actualOf(examples[0].actual));
    },
  };
}

function numbersOf(value: PageValue | undefined): readonly number[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'bytes' in value ? [...decodeBase64(new TextEncoder().encode(value.bytes))] : value;
}
