// Answers: the probabilities of classes as bars, or a value in its own unit.
import {
  characterAt,
  restoreValue,
  type Preprocessing,
  type TargetTransform,
} from '../../engine/data/preprocessing.js';
import { make } from './make.js';
import type { Asked } from './pageInput.js';
import { reconstructionAnswer } from './reconstruction.js';
import { texts } from './texts.js';

/** More classes than these are ranked, and the rest is told as a sum. */
const mostBars = 12;

export interface Answer {
  readonly element: HTMLElement;
  show(output: Float32Array, asked: Asked): void;
}

export function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const highest = Math.max(...scaled);
  const powers = scaled.map((logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

export function answerOf(preprocessing: Preprocessing): Answer {
  const { target } = preprocessing;
  if (target.kind === 'input') return reconstructionAnswer(preprocessing, target);
  if (target.kind === 'value') return valueAnswer(target);
  const names = target.kind === 'class' ? target.classes : ['', '', ...target.vocabulary].map(visible);
  return classAnswer(names, target.kind === 'nextCharacters' ? 2 : 0);
}

export function visible(character: string): string {
  if (character === ' ') return texts.space;
  return character === '\n' ? texts.newline : character;
}

function valueAnswer(target: TargetTransform & { kind: 'value' }): Answer {
  const value = make('output', { class: 'value' });
  const actual = make('p', { class: 'actual' });
  return {
    element: make(
      'div',
      { 'aria-live': 'polite' },
      make('p', { class: 'what', text: texts.column(target.column) }),
      value,
      actual,
    ),
    show([output], { actual: known }) {
      value.textContent = texts.number(restoreValue(target, output!));
      actual.textContent = known === undefined ? '' : texts.actual(texts.number(Number(known)));
    },
  };
}

/** `first`: outputs before it are no answers. */
function classAnswer(names: readonly string[], first: number): Answer {
  const best = make('output', { class: 'best' });
  const actual = make('p', { class: 'actual' });
  const list = make('ol', { class: 'bars' });
  const rest = make('p', { class: 'note' });
  const bars = Array.from({ length: Math.min(mostBars, names.length - first) }, () => barOf());
  list.append(...bars.map(({ element }) => element));
  return {
    element: make('div', {}, make('div', { 'aria-live': 'polite' }, best, actual), list, rest),
    show(output, { actual: known }) {
      const shares = softmax(output.subarray(first));
      const ranked = shares.map((_, index) => index).sort((left, right) => shares[right]! - shares[left]!);
      const [winner] = ranked as [number];
      best.replaceChildren(names[winner + first]!, make('span', { text: texts.percent(shares[winner]!) }));
      actual.textContent = known === undefined ? '' : texts.actual(known);
      actual.classList.toggle('wrong', known !== undefined && known !== names[winner + first]);
      const shown = shares.length <= mostBars ? shares.map((_, index) => index) : ranked.slice(0, mostBars);
      shown.forEach((index, place) => bars[place]!.show(names[index + first]!, shares[index]!, index === winner));
      const left = shares.length - shown.length;
      const share = 1 - shown.reduce((sum, index) => sum + shares[index]!, 0);
      rest.textContent = left > 0 ? texts.others(left, texts.percent(Math.max(0, share))) : '';
    },
  };
}

function barOf(): { element: HTMLElement; show: (name: string, share: number, isBest: boolean) => void } {
  const label = make('span', { class: 'name' });
  const fill = make('span', { class: 'fill' });
  const figure = make('span', { class: 'share' });
  const element = make('li', {}, label, make('span', { class: 'track', 'aria-hidden': 'true' }, fill), figure);
  return {
    element,
    show(name, share, isBest) {
      label.textContent = name;
      label.title = name;
      figure.textContent = texts.percent(share);
      // Set by script: the page's policy allows no style attributes in its source.
      fill.style.width = `${Math.max(share * 100, share > 0.0005 ? 0.5 : 0)}%`;
      element.classList.toggle('isBest', isBest);
    },
  };
}

export { characterAt };
