// Texts of the window look alike wherever they stand.
import { describe, expect, it } from 'vitest';

const catalogues = import.meta.glob<Record<string, unknown>>('../../renderer/texts/*.ts', { eager: true });

/** Texts with their places; of what is made from values the source of the function. */
function textsIn(value: unknown, place: string): [string, string][] {
  if (typeof value === 'string' || typeof value === 'function') return [[place, String(value)]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${place}.${name}`));
}

const texts = Object.entries(catalogues).flatMap(([file, catalogue]) => textsIn(catalogue, file.replace(/^.*\//, '')));
const placesOf = (wrong: RegExp): string[] => texts.filter(([, text]) => wrong.test(text)).map(([place]) => place);

describe('the message catalogue', () => {
  it('has texts of every area', () => {
    const files = new Set(texts.map(([place]) => place.replace(/\.ts\..*$/, '.ts')));
    expect(files.size).toBe(Object.keys(catalogues).length);
    expect(texts.length).toBeGreaterThan(500);
  });

  it('writes what asks for more, and what is at work, with an ellipsis right behind the word', () => {
    expect(placesOf(/\w ?\.\.\.(?![\w[(])|\w …$/)).toEqual([]);
  });

  it('has no text with blanks around it or doubled', () => {
    expect(placesOf(/^\s+\w|^[^=>]*\s$|^[^=>]* {2,}\w[^=>]*$/)).toEqual([]);
  });
});
