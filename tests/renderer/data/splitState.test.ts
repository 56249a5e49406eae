// The split editor: whatever is dragged or typed, the parts add up to a hundred percent and something is left to train on.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  handlesOf,
  imbalanceOf,
  methodsFor,
  moveHandle,
  parseSeed,
  percentsOf,
  sameSplit,
  setFraction,
} from '../../../renderer/features/data/split/splitState.js';

const usual = { train: 0.7, val: 0.1, test: 0.2 };
const sum = ({ train, val, test }: typeof usual) => train + val + test;

describe('fractions', () => {
  it('have handles where the parts meet', () => {
    expect(handlesOf(usual).map((at) => Math.round(at * 100))).toEqual([70, 80]);
    expect(handlesOf({ train: 7, val: 1, test: 2 })[0]).toBeCloseTo(0.7);
  });

  it('change by whole percents', () => {
    expect(moveHandle(usual, 0, 0.613)).toEqual({ train: 0.61, val: 0.19, test: 0.2 });
    expect(moveHandle(usual, 1, 0.9)).toEqual({ train: 0.7, val: 0.2, test: 0.1 });
  });

  it('let a handle push the other one along', () => {
    expect(moveHandle(usual, 0, 0.95)).toEqual({ train: 0.95, val: 0, test: 0.05 });
    expect(moveHandle(usual, 1, 0.5)).toEqual({ train: 0.5, val: 0, test: 0.5 });
  });

  it('keep the proportion of the others when one is typed', () => {
    expect(setFraction(usual, 'train', 0.4)).toEqual({ train: 0.4, val: 0.2, test: 0.4 });
    expect(setFraction({ train: 1, val: 0, test: 0 }, 'train', 0.8)).toEqual({ train: 0.8, val: 0.1, test: 0.1 });
  });

  it('always add up and always train', () => {
    const step = fc.tuple(
      fc.constantFrom('first', 'second', 'train', 'val', 'test'),
      fc.double({ min: -1, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let fractions = usual;
        for (const [what, to] of steps)
          fractions =
            what === 'first' || what === 'second'
              ? moveHandle(fractions, what === 'first' ? 0 : 1, to)
              : setFraction(fractions, what, to);
        expect(sum(fractions)).toBeCloseTo(1, 9);
        expect(fractions.train).toBeGreaterThan(0);
        expect(Math.min(fractions.val, fractions.test)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('are shown as percents whatever they add up to', () => {
    expect(percentsOf({ train: 2, val: 1, test: 0 })).toEqual({ train: 66.7, val: 33.3, test: 0 });
  });
});

describe('split choices', () => {
  it('are compared by what they do', () => {
    const choice = { method: 'random', fractions: usual, seed: 0 } as const;
    expect(sameSplit(choice, { ...choice, fractions: { ...usual, val: 0.1 + 1e-12 } })).toBe(true);
    expect(sameSplit(choice, { ...choice, groupBy: 'person' })).toBe(false);
  });

  it('offer strata where there are classes and given parts where files give them', () => {
    expect(methodsFor(true, false)).toEqual(['stratified', 'random', 'ordered']);
    expect(methodsFor(false, true)).toEqual(['random', 'ordered', 'predefined']);
  });

  it('read seeds of 32 bits', () => {
    expect(parseSeed(' 42 ')).toBe(42);
    expect(parseSeed('4294967295')).toBe(4294967295);
    expect(['4294967296', '-1', '1.5', ''].map(parseSeed)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tell how uneven classes are across parts', () => {
    const even = [
      { train: 70, val: 10, test: 20 },
      { train: 70, val: 10, test: 20 },
    ];
    expect(imbalanceOf(even, { train: 140, val: 20, test: 40 })).toBe(0);
    const odd = [
      { train: 0, val: 10, test: 0 },
      { train: 10, val: 0, test: 0 },
    ];
    expect(imbalanceOf(odd, { train: 10, val: 10, test: 0 })).toBe(0.5);
  });
});
