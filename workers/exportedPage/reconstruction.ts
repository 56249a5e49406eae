// The answer of an autoencoder: the picture, the row or the numbers that it made of what it was given.
import { encodeExamples } from '../../engine/data/encodeExamples.js';
import { restoreValue, type Preprocessing } from '../../engine/data/preprocessing.js';
import { columnValues } from '../../engine/data/reconstructedColumns.js';
import { reconstructed, type InputTarget } from '../../engine/data/reconstruction.js';
import type { Answer } from './answers.js';
import { paint } from './images.js';
import { make } from './make.js';
import { readRows } from './pageInput.js';
import { texts } from './texts.js';

interface Face {
  readonly element: HTMLElement;
  readonly unit: 'image' | 'columns' | 'numbers';
  /** Both in the data's own unit. */
  show(given: readonly number[], made: readonly number[]): void;
}

export function reconstructionAnswer(preprocessing: Preprocessing, target: InputTarget): Answer {
  const face = faceOf(preprocessing, target);
  const note = make('p', { class: 'note', 'aria-live': 'polite' });
  return {
    element: make('div', { class: 'stack' }, face.element, note),
    show(output, { rows }) {
      const prepared = encodeExamples(preprocessing, readRows(rows))[target.input]!.data as Float32Array;
      const { error, values } = reconstructed(target, prepared, output);
      face.show(
        Array.from(prepared, (value, index) => restoreValue(target, value, index)),
        values,
      );
      note.textContent = texts.offBy(error, face.unit);
    },
  };
}

function faceOf({ inputs }: Preprocessing, { shape }: InputTarget): Face {
  const [input] = inputs;
  if (input?.kind === 'features') return tableFace(input);
  const isImage =
    input?.kind === 'array' && input.scale !== 1 && shape.length === 3 && (shape[0] === 1 || shape[0] === 3);
  return isImage ? imageFace(shape as [number, number, number]) : numbersFace();
}

function imageFace([channels, height, width]: readonly [number, number, number]): Face {
  const label = texts.reconstructedImage(width, height);
  const canvas = make('canvas', { class: 'seen', role: 'img', 'aria-label': label });
  const caption = make('figcaption', { text: label });
  return {
    element: make('figure', { class: 'seenBox reconstruction' }, canvas, caption),
    unit: 'image',
    show: (_, made) =>
      paint(canvas, { samples: Uint8Array.from(Uint8ClampedArray.from(made)), channels, height, width }),
  };
}

function tableFace({ features }: Preprocessing['inputs'][number] & { kind: 'features' }): Face {
  const rows = features.map(({ column }) => {
    const [given, made] = [make('td'), make('td')];
    const name = make('th', { scope: 'row', text: texts.column(column) });
    return { element: make('tr', {}, name, given, made), given, made };
  });
  const heads = [texts.columnName, texts.given, texts.reconstruction].map((text) => make('th', { scope: 'col', text }));
  const text = (value: string | number): string => (typeof value === 'number' ? texts.number(value) : value);
  return {
    element: make(
      'div',
      { class: 'scroll' },
      make(
        'table',
        { class: 'series made' },
        make('thead', {}, make('tr', {}, ...heads)),
        make('tbody', {}, ...rows.map(({ element }) => element)),
      ),
    ),
    unit: 'columns',
    show(given, made) {
      const [own, rebuilt] = [columnValues(features, given), columnValues(features, made)];
      rows.forEach((row, index) => {
        row.given.textContent = text(own[index]!);
        row.made.textContent = text(rebuilt[index]!);
      });
    },
  };
}

function numbersFace(): Face {
  const output = make('output', { class: 'numbers' });
  const label = make('p', { class: 'what' });
  return {
    element: make('div', {}, label, output),
    unit: 'numbers',
    show(_, made) {
      label.textContent = texts.numbersMade(made.length);
      output.textContent = made.map(texts.number).join(' ');
    },
  };
}
