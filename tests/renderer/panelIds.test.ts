// Panels and commands are called by id across features: every id that is called must be there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../repository.js';

const folder = join(repository, 'renderer');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|vue)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** Ids that stand in the declarations of features, by the key of the list they are in. */
const declared = new Set(
  sources
    .filter(({ name }) => /[fF]eature\.ts$/.test(name))
    .flatMap(({ text }) => [...text.matchAll(/\bid: '([\w.]+)'/g)].map(([, id]) => id)),
);

function calls(method: string): { id: string; name: string }[] {
  const pattern = new RegExp(`\\b${method}\\(\\s*'([\\w.]+)'`, 'g');
  return sources.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([, id]) => ({ id: id!, name })));
}

describe('ids of panels and commands', () => {
  it.each(['openPanel', 'closePanel', 'togglePanel', 'runCommand'])('%s is called with ids that exist', (method) => {
    expect(calls(method).filter(({ id }) => !declared.has(id))).toEqual([]);
  });

  it('there are some', () => expect(declared.size).toBeGreaterThan(20));
});
