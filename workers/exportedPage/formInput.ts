// Tables: a control for each column, with the range or the categories of the data; and series, a row each.
import type { PageContent, PageExample, PageField, PageRow, PageValue } from '../../engine/exporters/pageContent.js';
import { button, make } from './make.js';
import { actualOf, type Ask, type PageInput } from './pageInput.js';
import { texts } from './texts.js';

interface Control {
  readonly element: HTMLElement;
  readonly value: () => PageValue;
  readonly set: (value: PageValue) => void;
}

export function formInput({ fields, examples }: PageContent, ask: Ask): PageInput {
  const changed = (): void => ask({ rows: [read()], actual: undefined });
  const controls = fields.map((field) => ({ field, control: controlOf(field, changed) }));
  const read = (): PageRow => Object.fromEntries(controls.map(({ field, control }) => [field.column, control.value()]));
  const show = (row: PageRow): void => {
    for (const { field, control } of controls) control.set(row[field.column] ?? null);
  };
  const choose = ({ rows, actual }: PageExample): void => {
    show(rows[0]!);
    ask({ rows, actual: actualOf(actual) });
  };
  const toTypical = (): void => {
    show(Object.fromEntries(fields.map(({ column, typical }) => [column, typical])));
    changed();
  };
  const grid = make('form', { class: 'fields' }, ...controls.map(({ control }) => control.element));
  grid.addEventListener('submit', (event) => event.preventDefault());
  const row = make('div', { class: 'row' }, button(texts.typical, toTypical));
  return { element: make('div', { class: 'stack' }, grid, row, exampleButtons(examples, choose)), start: toTypical };
}

let lastId = 0;

function controlOf(field: PageField, changed: () => void): Control {
  return field.kind === 'number' ? numberControl(field, changed) : categoryControl(field, changed);
}

function numberControl(field: PageField & { kind: 'number' }, changed: () => void): Control {
  const id = `field${++lastId}`;
  const { low, high, isWhole, column } = field;
  const step = isWhole ? 1 : 10 ** Math.floor(Math.log10((high - low || 1) / 100));
  const input = make('input', { id, type: 'number', step: 'any', placeholder: texts.missing });
  const slider = make('input', { type: 'range', min: low, max: high, step, 'aria-label': column, tabindex: -1 });
  const note = make('p', { class: 'note', 'aria-live': 'polite' });
  const value = (): number | null => (Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null);
  const follow = (): void => {
    const now = value();
    if (now !== null) slider.value = String(now);
    slider.classList.toggle('unset', now === null);
    note.textContent = now !== null && (now < low || now > high) ? texts.outside(low, high) : '';
  };
  input.addEventListener('input', () => {
    follow();
    changed();
  });
  slider.addEventListener('input', () => {
    input.value = slider.value;
    follow();
    changed();
  });
  return {
    element: make(
      'div',
      { class: 'field' },
      make('label', { for: id, text: texts.column(column), title: column }),
      input,
      slider,
      make('span', { class: 'range', text: texts.range(low, high) }),
      note,
    ),
    value,
    set(next) {
      input.value = typeof next === 'number' ? String(Number(next.toPrecision(7))) : '';
      follow();
    },
  };
}

function categoryControl(field: PageField & { kind: 'category' }, changed: () => void): Control {
  const id = `field${++lastId}`;
  const options = ['', ...field.categories].map((category) =>
    make('option', { value: category, text: category === '' ? texts.missing : category }),
  );
  const select = make('select', { id }, ...options);
  select.addEventListener('change', changed);
  return {
    element: make(
      'div',
      { class: 'field' },
      make('label', { for: id, text: texts.column(field.column), title: field.column }),
      select,
    ),
    value: () => select.value || null,
    set: (next) => void (select.value = typeof next === 'string' ? next : ''),
  };
}

export function exampleButtons(
  examples: readonly PageExample[],
  choose: (example: PageExample) => void,
  nameOf: (example: PageExample, index: number) => string = ({ actual }, index) => texts.example(index, actual),
): HTMLElement | undefined {
  if (examples.length === 0) return undefined;
  const buttons = examples.map((example, index) =>
    button(nameOf(example, index), () => choose(example), { class: 'chip' }),
  );
  return make('section', {}, make('h3', { text: texts.examples }), make('div', { class: 'chips' }, ...buttons));
}

/** A table with a row a step of the series. */
export function seriesInput({ fields, examples }: PageContent, steps: number, ask: Ask): PageInput {
  const changed = (): void => ask({ rows: rows.map(({ read }) => read()), actual: undefined });
  const rows = Array.from({ length: steps }, (_, step) => {
    const cells = fields.map((field) => ({ field, control: cellOf(field, step, changed) }));
    return {
      element: make(
        'tr',
        {},
        make('th', { scope: 'row', text: step === steps - 1 ? '0' : `−${steps - 1 - step}` }),
        ...cells.map(({ control }) => make('td', {}, control.element)),
      ),
      read: (): PageRow => Object.fromEntries(cells.map(({ field, control }) => [field.column, control.value()])),
      show: (row: PageRow): void => {
        for (const { field, control } of cells) control.set(row[field.column] ?? null);
      },
    };
  });
  const choose = ({ rows: given, actual }: PageExample): void => {
    given.forEach((row, step) => rows[step]?.show(row));
    ask({ rows: given, actual: actualOf(actual) });
  };
  const typical = Object.fromEntries(fields.map(({ column, typical: value }) => [column, value]));
  const heads = ['', ...fields.map(({ column }) => texts.column(column))].map((text) =>
    make('th', { scope: 'col', text }),
  );
  const table = make(
    'table',
    { class: 'series' },
    make('caption', { text: texts.series(steps) }),
    make('thead', {}, make('tr', {}, ...heads)),
    make('tbody', {}, ...rows.map(({ element }) => element)),
  );
  return {
    element: make('div', { class: 'stack' }, make('div', { class: 'scroll' }, table), exampleButtons(examples, choose)),
    start: () =>
      examples[0] ? choose(examples[0]) : choose({ rows: rows.map(() => typical), actual: null, expected: [] }),
  };
}

function cellOf(field: PageField, step: number, changed: () => void): Control {
  const label = `${field.column}, ${step + 1}`;
  if (field.kind === 'category') {
    const { element, value, set } = categoryControl(field, changed);
    const select = element.querySelector('select')!;
    select.setAttribute('aria-label', label);
    return { element: select, value, set };
  }
  const input = make('input', { type: 'number', step: 'any', 'aria-label': label });
  input.addEventListener('input', changed);
  return {
    element: input,
    value: () => (Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null),
    set: (next) => void (input.value = typeof next === 'number' ? String(Number(next.toPrecision(7))) : ''),
  };
}
