// Finding by typing: letters that belong together, and the same letter again.
import { expect, test } from 'vitest';
import { findByTyping } from '../../../renderer/shell/findByTyping.js';

const entries = ['alpha', 'Beta', 'bravo', 'gamma'].map((name) => ({ name }));

test('letters in quick succession are the beginning of a name; after a pause they begin anew', () => {
  let time = 0;
  const find = findByTyping(() => time);
  expect(find('b', entries, 0)).toBe(1);
  time += 100;
  expect(find('r', entries, 1)).toBe(2);
  time += 2000;
  expect(find('g', entries, 2)).toBe(3);
  expect(find('x', entries, 3)).toBeUndefined();
});

test('the same letter goes from one to the next, and round', () => {
  const find = findByTyping(() => 0);
  expect(find('b', entries, -1)).toBe(1);
  expect(find('b', entries, 1)).toBe(2);
  expect(find('b', entries, 2)).toBe(1);
});
