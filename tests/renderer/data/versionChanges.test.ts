// What changed from one version of a data set to the next, as the list of versions tells it.
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../renderer/features/data/about/versionChanges.js';

const first = {
  content: 'aaaa',
  count: 2600,
  target: 'price',
  task: 'regression',
  inputs: ['store', 'pieces', 'date'],
  split: { method: 'random', fractions: { train: 0.7, val: 0.1, test: 0.2 }, seed: 0 },
  reason: 'imported',
} as const;

describe('Changes of a version', () => {
  it('the first one tells what made it', () => {
    expect(changesOf(first, undefined)).toEqual(['Imported']);
    expect(changesOf({ ...first, reason: 'found in its folder' }, first)).toEqual(['Found in its folder']);
  });

  it('tells content, target, task, inputs and division apart', () => {
    const content = { ...first, content: 'bbbb', count: 3000 };
    expect(changesOf(content, first)).toEqual(['Other content: 2,600 → 3,000 examples']);
    expect(changesOf({ ...content, count: 2600 }, first)).toEqual(['Other content']);
    const roles = { ...first, target: 'store', task: 'classification', inputs: ['pieces', 'price', 'note'] } as const;
    expect(changesOf(roles, first)).toEqual([
      'Target: price → store',
      'Task: Regression → Classification',
      'Inputs: with «note», without «date»',
    ]);
    const split = { method: 'ordered', fractions: { train: 0.6, val: 0.2, test: 0.2 }, seed: 0 } as const;
    expect(changesOf({ ...first, split }, first)).toEqual(['Division: Random 70/10/20, seed 0 → In order 60/20/20']);
    const together = { ...split, keepEqual: true };
    expect(changesOf({ ...first, split: together }, { ...first, split })).toEqual([
      'Division: In order 60/20/20 → In order 60/20/20, equal ones together',
    ]);
    expect(changesOf({ ...first, split: { ...split, keepEqual: false } }, { ...first, split })).toEqual(['Imported']);
  });

  it('names at most three inputs', () => {
    const inputs = [...first.inputs, 'a', 'b', 'c', 'd'];
    expect(changesOf({ ...first, inputs }, first)).toEqual(['Inputs: with «a», «b», «c» and 1 more']);
  });
});
