// Every schedule against PyTorch's over 24 steps.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionArguments } from '../../../../engine/training/options.js';
import { schedules } from '../../../../engine/training/schedules/index.js';
import {
  initialScheduleState,
  learningRateAt,
  observeEpoch,
  type ScheduleSpec,
} from '../../../../engine/training/schedules/learningRate.js';

interface Golden {
  readonly baseRate: number;
  readonly totalSteps: number;
  readonly cases: readonly (ScheduleSpec & { readonly rates: readonly number[] })[];
  readonly metrics: readonly number[];
  readonly plateau: readonly { readonly options: OptionArguments; readonly rates: readonly number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../golden/training/schedules.json', import.meta.url), 'utf8'),
) as Golden;
const { baseRate, totalSteps } = golden;

describe('schedules', () => {
  it('each has a golden case', () => {
    const tested = new Set([...golden.cases.map(({ type }) => type), 'reduceOnPlateau']);
    expect(tested).toEqual(new Set(schedules.map(({ type }) => type)));
  });

  it.each(golden.cases)('$type $options follows PyTorch', (sample) => {
    sample.rates.forEach((rate, step) => {
      const ours = learningRateAt(sample, { step, totalSteps, stepsPerEpoch: 1, baseRate });
      expect(Math.abs(ours - rate)).toBeLessThan(1e-9 * baseRate);
    });
  });

  it.each(golden.plateau)('reduceOnPlateau $options follows PyTorch', ({ options, rates }) => {
    const spec = { type: 'reduceOnPlateau', options };
    let state = initialScheduleState(spec);
    rates.forEach((rate, step) => {
      const ours = learningRateAt(spec, { step, totalSteps, stepsPerEpoch: 1, baseRate, state });
      expect(Math.abs(ours - rate)).toBeLessThan(1e-9 * baseRate);
      state = JSON.parse(JSON.stringify(observeEpoch(spec, golden.metrics[step]!, baseRate, state))) as typeof state;
    });
  });

  it('one cycle ends at the rate divided by both divisors', () => {
    const spec = { type: 'oneCycle', options: {} };
    const last = learningRateAt(spec, { step: totalSteps - 1, totalSteps, stepsPerEpoch: 1, baseRate });
    expect(last).toBeCloseTo(baseRate / 25 / 1e4, 12);
  });

  it('count epochs in steps where the option is in epochs', () => {
    const spec = { type: 'step', options: { every: 2, factor: 0.5 } };
    const at = (step: number) => learningRateAt(spec, { step, totalSteps, stepsPerEpoch: 3, baseRate: 1 });
    expect([0, 5, 6, 11, 12].map(at)).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it('stay finite for runs of one step', () => {
    for (const { type } of schedules) {
      const rate = learningRateAt({ type, options: {} }, { step: 0, totalSteps: 1, stepsPerEpoch: 1, baseRate });
      expect(Number.isFinite(rate), type).toBe(true);
    }
  });
});
