// Comparing runs: differences of texts, the best figures, which metrics stand together, confusion in numbers.
import { describe, expect, it } from 'vitest';
import { bestPlaces } from '../../../renderer/features/runs/compare/bestFigures.js';
import { printSpecification } from '../../../renderer/features/runs/printSpecification.js';
import { diffLines, foldSame } from '../../../renderer/features/runs/compare/textDiff.js';
import { metricGroups } from '../../../renderer/features/runs/metricGroups.js';
import { accuracyOf, classFigures, confusionCells } from '../../../renderer/features/runs/run/confusionCells.js';

describe('Text differences', () => {
  const lines = (text: string): string[] => text.split('');
  it.each([
    ['abcde', 'abXde'],
    ['', 'abc'],
    ['abc', ''],
    ['abcabba', 'cbabac'],
    ['same', 'same'],
  ])('«%s» and «%s»: both can be put together again, and what is the same is as long as can be', (left, right) => {
    const diff = diffLines(lines(left), lines(right));
    const side = (kind: 'left' | 'right'): string =>
      diff
        .filter((line) => line.kind === 'same' || line.kind === kind)
        .map(({ text }) => text)
        .join('');
    expect(side('left')).toBe(left);
    expect(side('right')).toBe(right);
    if (left === 'abcabba') expect(diff.filter(({ kind }) => kind === 'same')).toHaveLength(4);
  });

  it('fold long stretches of what is the same', () => {
    const left = Array.from({ length: 30 }, (_, index) => String(index));
    const right = left.map((line) => (line === '15' ? 'fifteen' : line));
    const rows = foldSame(diffLines(left, right), 2);
    expect(rows.map(({ kind }) => kind)).toEqual(['folded', 'same', 'same', 'left', 'right', 'same', 'same', 'folded']);
    expect(rows[0]).toEqual({ kind: 'folded', count: 13 });
  });

  it('print specifications so that a changed setting is a changed line', () => {
    const spec = {
      model: {
        layers: [
          { id: 'a', units: 16 },
          { id: 'b', units: 2 },
        ],
      },
      epochs: 3,
      text: 'a,b: c',
    };
    const printed = printSpecification(spec);
    expect(printed).toContain('  "epochs": 3,');
    expect(JSON.parse(printed.join('\n'))).toEqual(spec);
    expect(printSpecification(null)).toEqual([]);
  });
});

describe('Figures', () => {
  it('mark the least loss and the greatest of others, not where all are alike', () => {
    expect([...bestPlaces('val_loss', [0.3, 0.1, null, 0.1])]).toEqual([1, 3]);
    expect([...bestPlaces('val_accuracy', [0.3, 0.9, undefined])]).toEqual([1]);
    expect([...bestPlaces('test_rmse', [3, 2])]).toEqual([1]);
    expect(bestPlaces('val_accuracy', [0.5, 0.5]).size).toBe(0);
    expect(bestPlaces('val_accuracy', [0.5, null]).size).toBe(0);
  });

  it('put the parts of a metric into one chart, the loss first', () => {
    expect(metricGroups(['learning_rate', 'val_accuracy', 'val_loss', 'train_loss', 'train_loss_epoch'])).toEqual([
      { title: 'loss', names: ['train_loss', 'train_loss_epoch', 'val_loss'] },
      { title: 'accuracy', names: ['val_accuracy'] },
      { title: 'learning_rate', names: ['learning_rate'] },
    ]);
  });
});

describe('Confusion', () => {
  // True a: 8 as a, 2 as b. True b: 1 as a, 4 as b. True c: never seen, once predicted for a b.
  const classes = ['a', 'b', 'c'];
  const counts = Int32Array.of(8, 2, 0, 1, 4, 1, 0, 0, 0);

  it('gives recall, precision and F1 of each class', () => {
    const [a, b, c] = classFigures(classes, counts);
    expect(a).toMatchObject({ support: 10, recall: 0.8, precision: 8 / 9 });
    expect(b!.f1).toBeCloseTo((2 * 4) / (6 + 6));
    expect(c).toMatchObject({ support: 0, recall: NaN, precision: 0 });
    expect(accuracyOf(counts, 3)).toEqual({ right: 12, total: 16 });
  });

  it('tells shares of the true or of the predicted class', () => {
    expect(confusionCells(classes, counts, 'rows')[1]!.text).toBe('20 %');
    expect(confusionCells(classes, counts, 'columns')[1]!.text).toBe('33 %');
    expect(confusionCells(classes, counts, 'counts')[1]).toMatchObject({
      text: '2',
      isRight: false,
      row: 0,
      column: 1,
    });
    expect(confusionCells(classes, counts, 'counts')[8]).toMatchObject({ text: '', strength: 0 });
  });
});
