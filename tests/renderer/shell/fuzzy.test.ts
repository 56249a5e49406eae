// The order in which the command palette offers things.
import { describe, expect, it } from 'vitest';
import { fuzzyFilter, fuzzyScore } from '../../../renderer/shell/fuzzy.js';

const titles = ['Data: Import…', 'Model: New', 'Runs: Compare the chosen runs', 'View: Switch between light and dark'];
const filter = (text: string): string[] => fuzzyFilter(titles, text, (title) => title);

describe('fuzzy search', () => {
  it('fits letters in order, wherever they stand', () => {
    expect(filter('dimp')).toEqual(['Data: Import…']);
    expect(filter('xyz')).toEqual([]);
  });

  it('puts whole words before scattered letters', () => {
    expect(filter('run')[0]).toBe('Runs: Compare the chosen runs');
    expect(fuzzyScore('new', 'Model: New')).toBeGreaterThan(fuzzyScore('new', 'View: the next one, wide')!);
  });

  it('prefers the beginnings of words', () => {
    expect(fuzzyScore('cr', 'Compare runs')).toBeGreaterThan(fuzzyScore('cr', 'Discard')!);
  });

  it('keeps the order of equals, and everything for an empty text', () => {
    expect(filter('')).toEqual(titles);
    expect(filter('  ')).toEqual(titles);
  });
});
