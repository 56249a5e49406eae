// MultiHeadAttention: every step takes from all others what resembles its question.
import type { Value, ValueType } from '../../ir/graph.js';
import type { Report } from '../defineLayer.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown, requireModest } from '../faults.js';
import { flag, whole } from '../options.js';
import { rateOption } from '../regularization/dropout.js';
import { lowerAttention } from './attention.js';

export const headsOption = whole({ label: 'Heads', fallback: 4, max: 1024 });

/** The optional inputs of attention are told apart by rank: a memory has three dimensions, a mask two. */
export function memoryAndMask<T extends Value | ValueType>(
  second: T | undefined,
  third: T | undefined,
): { memory: T | undefined; mask: T | undefined } {
  if (second?.shape?.length === 2) return { memory: undefined, mask: second };
  return { memory: second, mask: third };
}

/** Faults of heads, widths and lengths that attention shares with the Transformer blocks. */
export function checkAttention(
  x: ValueType,
  source: ValueType,
  { heads, causal }: { heads: number; causal: boolean },
  report: Report,
): void {
  if (!requireKnown(x, 2, 'x', report)) return;
  const dimension = known(x.shape[2]);
  if (dimension % heads) report('heads', `heads must divide the dimension ${dimension}, got ${heads}`);
  if (source.shape[2] !== dimension)
    report('memory', `the memory must have the dimension ${dimension} of x, got ${source.shape[2] ?? '?'}`);
  const [rows, columns] = [x.shape[1], source.shape[1]];
  if (causal && typeof rows === 'number' && typeof columns === 'number')
    requireModest(rows * columns, 'the mask of later steps', 'causal', report);
}

export const multiHeadAttention = defineLayer({
  type: 'MultiHeadAttention',
  title: 'Multi-head attention',
  category: 'sequence',
  description:
    'Every step of x gathers from the steps that answer: of x itself, or of a memory. A mask [batch, length] hides padding.',
  inputs: ['x', 'memory?', 'mask?'],
  accepts: { x: { rank: 3 }, memory: { rank: [2, 3], kind: 'any' }, mask: { rank: 2, kind: 'any' } },
  options: {
    heads: headsOption,
    causal: flag({ label: 'Causal', fallback: false, description: 'No step sees a later one.' }),
    dropout: rateOption(0),
  },
  faults({ x, memory: second, mask: third }, options, report) {
    const { memory } = memoryAndMask(second, third);
    if (third && !memory) report('memory', 'the second of three inputs must be a memory of 3 dimensions');
    checkAttention(x, memory ?? x, options, report);
  },
  lower: (scope, { x, memory, mask }, options) => lowerAttention(scope, { x, ...memoryAndMask(memory, mask) }, options),
});
