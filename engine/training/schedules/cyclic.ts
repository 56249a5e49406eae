// Schedules that follow a wave: cosine, with restarts, one-cycle, triangular.
import { choice, integer, number } from '../options.js';
import { defineSchedule } from './defineSchedule.js';

/** From `start` at 0 to `end` at 1 along half a cosine. */
function alongCosine(start: number, end: number, share: number): number {
  return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
}

/** end + (base − end)·(1 + cos(π t / T)) / 2 (Loshchilov & Hutter 2017), `CosineAnnealingLR` with T the whole run. */
export const cosine = defineSchedule({
  type: 'cosine',
  title: 'Cosine',
  description: 'Falls along half a cosine over the whole run.',
  options: { endFactor: number(0, 'Rate at the end', { minimum: 0, maximum: 1 }) },
  at: ({ step, totalSteps, baseRate, options }) =>
    alongCosine(baseRate, baseRate * options.endFactor, Math.min(step / Math.max(1, totalSteps), 1)),
});

/** Cosines that start again, each `growth` times as long (SGDR); `CosineAnnealingWarmRestarts`. */
export const cosineRestarts = defineSchedule({
  type: 'cosineRestarts',
  title: 'Cosine with restarts',
  description: 'Falls along a cosine and starts again, each time for longer.',
  options: {
    first: number(10, 'Length of the first', { above: 0, unit: 'epochs' }),
    growth: number(1, 'Each longer by the factor', { minimum: 1 }),
    endFactor: number(0, 'Rate at the end', { minimum: 0, maximum: 1 }),
  },
  at: ({ step, stepsPerEpoch, baseRate, options }) => {
    let length = options.first;
    let position = step / stepsPerEpoch;
    while (position >= length) {
      position -= length;
      length *= options.growth;
    }
    return alongCosine(baseRate, baseRate * options.endFactor, position / length);
  },
});

/** Smith & Topin 2018, as `OneCycleLR`: up from base / div to base, then down to base / div / finalDiv at the last step. */
export const oneCycle = defineSchedule({
  type: 'oneCycle',
  title: 'One cycle',
  description: 'Rises from a small rate to the given one, then falls to a tiny one.',
  options: {
    rising: number(0.3, 'Share of the run that rises', { above: 0, below: 1 }),
    startDivisor: number(25, 'The start is the rate divided by', { minimum: 1 }),
    endDivisor: number(1e4, 'The end is the start divided by', { minimum: 1 }),
    shape: choice(['cosine', 'linear'], 'cosine', 'Shape'),
  },
  at: ({ step, totalSteps, baseRate, options }) => {
    const start = baseRate / options.startDivisor;
    const end = start / options.endDivisor;
    const along = options.shape === 'cosine' ? alongCosine : (a: number, b: number, s: number) => a + (b - a) * s;
    const peak = options.rising * totalSteps - 1;
    const last = totalSteps - 1;
    if (step <= peak) return along(start, baseRate, peak > 0 ? step / peak : 1);
    return along(baseRate, end, Math.min((step - peak) / (last - peak), 1));
  },
});

/** Smith 2017, as `CyclicLR`: up to the rate and down again; each wave half as high with `triangular2`, or γᵗ times. */
export const cyclic = defineSchedule({
  type: 'cyclic',
  title: 'Triangular cycles',
  description: 'Rises and falls in straight lines, again and again.',
  options: {
    lowFactor: number(0.1, 'Lowest rate', { minimum: 0, maximum: 1 }),
    stepsUp: integer(2000, 'Rises for', { minimum: 1, unit: 'steps' }),
    stepsDown: integer(2000, 'Falls for', { minimum: 1, unit: 'steps' }),
    mode: choice(['triangular', 'triangular2', 'exponential'], 'triangular', 'Waves'),
    factor: number(1, 'Factor a step', { above: 0, maximum: 1 }),
  },
  at: ({ step, baseRate, options }) => {
    const { stepsUp, stepsDown, mode, factor, lowFactor } = options;
    const cycle = Math.floor(step / (stepsUp + stepsDown));
    const position = step - cycle * (stepsUp + stepsDown);
    const height = position <= stepsUp ? position / stepsUp : 1 - (position - stepsUp) / stepsDown;
    const scale = { triangular: 1, triangular2: 0.5 ** cycle, exponential: factor ** step }[mode];
    return baseRate * (lowFactor + (1 - lowFactor) * height * scale);
  },
});
