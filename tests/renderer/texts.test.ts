// Texts of the window look alike wherever they stand.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../repository.js';

const folder = join(repository, 'renderer/texts');
const files = readdirSync(folder);
const catalogues = await Promise.all(
  files.map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>),
);

/** Texts with their places; of what is made from values the source of the function. */
function textsIn(value: unknown, place: string): [string, string][] {
  if (typeof value === 'string' || typeof value === 'function') return [[place, String(value)]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${place}.${name}`));
}

const texts = catalogues.flatMap((catalogue, index) => textsIn(catalogue, files[index]!));
const placesOf = (wrong: RegExp): string[] => texts.filter(([, text]) => wrong.test(text)).map(([place]) => place);

describe('the message catalogue', () => {
  it('has texts of every area', () => {
    for (const file of files) expect(texts.some(([place]) => place.startsWith(`${file}.`))).toBe(true);
    expect(texts.length).toBeGreaterThan(500);
  });

  it('writes what asks for more, and what is at work, with an ellipsis right behind the word', () => {
    expect(placesOf(/\w ?\.\.\.(?![\w[(])|\w …$/)).toEqual([]);
  });

  it('has no text with blanks around it or doubled', () => {
    expect(placesOf(/^\s+\w|^[^=>]*\s$|^[^=>]* {2,}\w[^=>]*$/)).toEqual([]);
  });
});
