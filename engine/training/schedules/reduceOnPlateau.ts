// Lowers the rate when a metric stops getting better, as PyTorch's `ReduceLROnPlateau`.
import { choice, integer, number } from '../options.js';
import { defineSchedule } from './defineSchedule.js';

/** State: `scale` on the base rate, the `best` value (null before the first), `bad` epochs in a row, `cooldown` left. */
export const reduceOnPlateau = defineSchedule({
  type: 'reduceOnPlateau',
  title: 'Reduce on plateau',
  description: 'Lowers the rate when the observed metric has not improved for some epochs.',
  options: {
    better: choice(['lower', 'higher'], 'lower', 'The metric is better when'),
    factor: number(0.1, 'Factor', { above: 0, below: 1 }),
    patience: integer(10, 'Epochs to wait', { minimum: 0, unit: 'epochs' }),
    threshold: number(1e-4, 'Smallest improvement', { minimum: 0 }),
    relative: choice(['relative', 'absolute'], 'relative', 'The improvement is'),
    cooldown: integer(0, 'Epochs to rest after lowering', { minimum: 0, unit: 'epochs' }),
    lowest: number(0, 'Lowest rate', { minimum: 0 }),
    smallestChange: number(1e-8, 'Smallest change of the rate', { minimum: 0 }),
  },
  initialState: { scale: 1, best: null, bad: 0, cooldown: 0 },
  at: ({ baseRate, state }) => baseRate * (state?.scale ?? 1),
  observe({ value, state, baseRate, options }) {
    const best = state.best ?? null;
    const improved = isBetter(value, best, options);
    const resting = Math.max((state.cooldown ?? 0) - 1, 0);
    const bad = (state.cooldown ?? 0) > 0 ? 0 : improved ? 0 : (state.bad ?? 0) + 1;
    const scale = state.scale ?? 1;
    const next = { scale, best: improved ? value : best, bad, cooldown: resting };
    if (bad <= options.patience) return next;
    const rate = baseRate * scale;
    const lowered = Math.max(rate * options.factor, options.lowest);
    const changes = rate - lowered > options.smallestChange;
    return { ...next, scale: changes ? lowered / baseRate : scale, bad: 0, cooldown: options.cooldown };
  },
});

interface Comparison {
  readonly better: 'lower' | 'higher';
  readonly threshold: number;
  readonly relative: 'relative' | 'absolute';
}

function isBetter(value: number, best: number | null, { better, threshold, relative }: Comparison): boolean {
  if (best === null) return !Number.isNaN(value);
  const sign = better === 'lower' ? -1 : 1;
  const bound = relative === 'relative' ? best * (1 + sign * threshold) : best + sign * threshold;
  return better === 'lower' ? value < bound : value > bound;
}
