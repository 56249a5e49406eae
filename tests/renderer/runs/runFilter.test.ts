// The filter language of the runs table.
import { describe, expect, it } from 'vitest';
import { madeUpRun } from '../../bench/manyRuns.js';
import type { RunRecord } from '../../../contract/services/runs.js';
import {
  chosenValues,
  matchesFilter,
  parseFilter,
  toggledValue,
} from '../../../renderer/features/runs/table/runFilter.js';

const base: RunRecord = {
  ...madeUpRun(0),
  name: 'First try',
  status: 'finished',
  data: 'digits',
  model: 'LeNet',
  tags: ['baseline', 'two words'],
  notes: 'with dropout',
  metrics: { val_accuracy: 0.93, val_loss: null },
  parameters: { learningRate: 0.001, optimizer: 'adam', nesterov: true },
  archived: false,
};
const fits = (text: string, change: Partial<RunRecord> = {}): boolean =>
  matchesFilter({ ...base, ...change }, parseFilter(text));

describe('Filter', () => {
  it.each([
    ['', true],
    ['first', true],
    ['dropout lenet', true],
    ['dropout resnet', false],
    ['-dropout', false],
    ['"first try"', true],
    ['status:finished', true],
    ['status:running,finished', true],
    ['-status:finished', false],
    ['data:dig', true],
    ['tag:baseline', true],
    ['tag:"two words"', true],
    ['tag:two', false],
    ['val_accuracy>0.9', true],
    ['val_accuracy > 0.95', false],
    ['VAL_accuracy >= 0.93', true],
    ['learningRate = 1e-3', true],
    ['learningRate != 1e-3', false],
    ['optimizer=adam', true],
    ['optimizer!=adam', false],
    ['nesterov=true', true],
    ['val_loss<5', false],
    ['val_loss>5', false],
    ['unknown!=3', false],
    ['step >= 0 status:finished first', true],
  ])('«%s» on the run: %s', (text, expected) => {
    expect(fits(text)).toBe(expected);
  });

  it('leaves archived runs out unless it speaks of them', () => {
    expect(fits('', { archived: true })).toBe(false);
    expect(fits('is:archived', { archived: true })).toBe(true);
    expect(fits('is:archived')).toBe(false);
    expect(fits('is:all')).toBe(true);
  });

  it('says what it does not understand, and goes by the rest', () => {
    const { terms, faults } = parseFilter('colour:red val_loss< status:failed loss>abc');
    expect(faults).toEqual([
      { text: 'colour:red', reason: 'field' },
      { text: 'val_loss<status:failed', reason: 'value' },
      { text: 'loss>abc', reason: 'value' },
    ]);
    expect(terms).toEqual([]);
  });

  it('switches values of a field on and off in the text', () => {
    let text = toggledValue('first', 'status', 'finished');
    expect(text).toBe('first status:finished');
    text = toggledValue(text, 'status', 'failed');
    text = toggledValue(text, 'tag', 'two words');
    expect(text).toBe('first status:finished,failed tag:"two words"');
    expect([...chosenValues(parseFilter(text), 'status')]).toEqual(['finished', 'failed']);
    expect([...chosenValues(parseFilter(text), 'tag')]).toEqual(['two words']);
    text = toggledValue(toggledValue(text, 'status', 'finished'), 'status', 'failed');
    expect(toggledValue(text, 'tag', 'two words')).toBe('first');
  });
});
