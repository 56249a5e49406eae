// Whether a file says what the trained model says: the largest difference, and decisions that come out otherwise.
import type { ExportCheck } from '../../contract/jobs.js';
import type { TargetTransform } from '../data/preprocessing.js';
import { EngineError } from '../ir/diagnostic.js';

export type Precision = 'float32' | 'float16';

/** Largest accepted difference, relative to 1 + |expected|. The same float32 operators run in both; float16 has 11 bits. */
export const tolerances: Readonly<Record<Precision, number>> = { float32: 1e-4, float16: 2e-2 };

export interface Compared {
  readonly examples: number;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  readonly target: TargetTransform;
  readonly precision: Precision;
}

/** @throws EngineError `export.differs` beyond the tolerance, or where anything is missing or not a number */
export function compareOutputs({ examples, expected, found, target, precision }: Compared): ExportCheck {
  const tolerance = tolerances[precision];
  const largestDifference = largest(found, expected);
  if (!(largestDifference <= tolerance)) {
    const remedy = precision === 'float16' ? '; export it in float32' : '';
    throw new EngineError(
      'export.differs',
      `Export: the reloaded file must agree with the run to ${tolerance}, differs by ${largestDifference}${remedy}`,
    );
  }
  const width = widthOf(target);
  const decisions = width === undefined ? null : expected.length / width;
  return {
    kind: 'compared',
    examples,
    largestDifference,
    tolerance,
    decisions,
    changedDecisions: width === undefined ? null : changed(found, expected, width),
  };
}

/** Numbers that a decision is made of: the largest wins. */
function widthOf(target: TargetTransform): number | undefined {
  if (target.kind === 'class') return target.classes.length;
  return target.kind === 'nextCharacters' ? target.vocabulary.length + 2 : undefined;
}

function largest(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return NaN;
  return expected.reduce((most, value, index) => {
    const difference = Math.abs(value - found[index]!) / (1 + Math.abs(value));
    return Number.isNaN(difference) ? NaN : Math.max(most, difference);
  }, 0);
}

function changed(found: readonly number[], expected: readonly number[], width: number): number {
  let count = 0;
  for (let row = 0; row < expected.length; row += width) {
    if (winner(found, row, width) !== winner(expected, row, width)) count++;
  }
  return count;
}

function winner(values: readonly number[], from: number, width: number): number {
  let best = from;
  for (let index = from + 1; index < from + width; index++) if (values[index]! > values[best]!) best = index;
  return best - from;
}
