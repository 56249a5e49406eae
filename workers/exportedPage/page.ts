// The page that runs a model by itself: puts together input, answer and what is to be known of the model.
import type { PageContent } from '../../engine/exporters/pageContent.js';
import { answerOf } from './answers.js';
import { formInput, seriesInput } from './formInput.js';
import { imageInput } from './imageInput.js';
import { button, make } from './make.js';
import type { Ask, Asked, PageInput } from './pageInput.js';
import { numbersInput } from './numbersInput.js';
import { PageModel } from './pageModel.js';
import { textInput } from './textInput.js';
import { texts } from './texts.js';
import { writing } from './writing.js';

const content = JSON.parse(document.getElementById('content')!.textContent) as PageContent;
const status = make('p', { class: 'status', role: 'status', text: texts.opening });
const main = make('main', {}, status);
document.body.append(make('div', { class: 'page' }, header(), main));

function header(): HTMLElement {
  const { title, parameters, data } = content;
  const name = title.charAt(0).toUpperCase() + title.slice(1);
  return make(
    'header',
    {},
    make('div', { class: 'titleRow' }, make('h1', { text: name }), themeButton()),
    make('p', { class: 'lead', text: texts.lead(parameters, data) }),
  );
}

/** The system's choice holds until the button is pressed. */
function themeButton(): HTMLElement {
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  return button(
    '◐',
    () => {
      const { dataset } = document.documentElement;
      const now = dataset.theme ?? (prefersDark.matches ? 'dark' : 'light');
      dataset.theme = now === 'dark' ? 'light' : 'dark';
    },
    { class: 'theme', 'aria-label': texts.theme, title: texts.theme },
  );
}

/** The latest question counts: answers that come late are for questions that were replaced. */
function asking(model: PageModel, show: (output: Float32Array, asked: Asked) => void): Ask {
  let waiting: Asked | undefined;
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    for (let asked = waiting; asked; asked = waiting) {
      waiting = undefined;
      try {
        show(await model.predict(asked.rows), asked);
        status.textContent = '';
      } catch (error) {
        status.textContent = texts.cannotRun(error instanceof Error ? error.message : String(error));
      }
    }
    busy = false;
  };
  return (asked) => {
    waiting = asked;
    if (!busy) void work();
  };
}

function inputOf(ask: Ask): PageInput {
  const [first] = content.preprocessing.inputs;
  if (first!.kind === 'array')
    return isImage(first!) ? imageInput(content, first!, ask) : numbersInput(content, first!, ask);
  if (first!.kind === 'history') return seriesInput(content, first!.steps, ask);
  if (first!.kind === 'characters') return textInput(content, first!.column, first!.length, ask);
  return formInput(content, ask);
}

/** Bytes of one channel or three; what is not scaled are no bytes. */
function isImage({ shape, scale }: { readonly shape: readonly number[]; readonly scale: number }): boolean {
  return shape.length === 3 && (shape[0] === 1 || shape[0] === 3) && scale !== 1;
}

function card(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return make('section', { class: 'card' }, make('h2', { text: title }), ...children);
}

function present(model: PageModel): void {
  const answer = answerOf(content.preprocessing);
  const ask = asking(model, (output, asked) => answer.show(output, asked));
  const [first] = content.preprocessing.inputs;
  if (first?.kind === 'windows') {
    const onText = (text: string): void => ask({ rows: [{ [first.column]: text }], actual: undefined });
    const { input, answer: written } = writing(content, first, model, onText);
    const next = make('section', {}, make('h3', { text: texts.next }), answer.element);
    main.append(make('div', { class: 'columns' }, card(texts.input, input), card(texts.answer, written, next)));
    onText(input.querySelector('textarea')!.value);
    return;
  }
  const input = inputOf(ask);
  const answerTitle = content.preprocessing.target.kind === 'input' ? texts.reconstruction : texts.answer;
  main.append(make('div', { class: 'columns' }, card(texts.input, input.element), card(answerTitle, answer.element)));
  input.start();
}

function facts(model: PageModel): HTMLElement {
  const { metrics, parameters, precision, run } = content;
  const rows: [string, string][] = [
    [texts.facts.model, texts.model(content.model, parameters, precision)],
    [texts.facts.quality, texts.quality(metrics)],
    [texts.facts.size, texts.size(model.pageBytes, model.modelBytes)],
    [texts.facts.run, run],
  ];
  const list = rows
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: value })]);
  return make('dl', {}, ...list);
}

async function compare(model: PageModel, check: HTMLElement): Promise<void> {
  const { examples, tolerance } = content;
  if (examples.length === 0) {
    check.textContent = texts.unchecked;
    return;
  }
  const difference = await model.compare(examples);
  const isSame = difference <= tolerance;
  check.textContent = isSame ? texts.checked(examples.length, difference) : texts.checkFailed(difference);
  check.dataset.state = isSame ? 'same' : 'different';
}

async function open(): Promise<void> {
  try {
    const model = await PageModel.open(content);
    status.textContent = '';
    present(model);
    const check = make('p', { class: 'check', role: 'status', text: texts.checking });
    main.after(make('footer', {}, facts(model), check, make('p', { class: 'made', text: texts.made })));
    await compare(model, check);
  } catch (error) {
    status.textContent = texts.failed(error instanceof Error ? error.message : String(error));
    status.classList.add('fault');
  }
}

void open();
