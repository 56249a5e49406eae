// Schedules that only fall: constant, step, multi-step, exponential, polynomial, inverse square root.
import { flag, integer, number, numbers } from '../options.js';
import { defineSchedule, epochOf } from './defineSchedule.js';

export const constant = defineSchedule({
  type: 'constant',
  title: 'Constant',
  description: 'The same rate throughout.',
  options: {},
  at: ({ baseRate }) => baseRate,
});

/** base · γ^⌊epoch / every⌋, as `torch.optim.lr_scheduler.StepLR`. */
export const step = defineSchedule({
  type: 'step',
  title: 'Step',
  description: 'Multiplies the rate by a factor every so many epochs.',
  options: {
    every: integer(10, 'Every', { minimum: 1, unit: 'epochs' }),
    factor: number(0.1, 'Factor', { above: 0 }),
  },
  at: (context) => context.baseRate * context.options.factor ** Math.floor(epochOf(context) / context.options.every),
});

/** base · γ^(milestones passed), as `MultiStepLR`. */
export const multiStep = defineSchedule({
  type: 'multiStep',
  title: 'Multi-step',
  description: 'Multiplies the rate by a factor at given epochs.',
  options: {
    milestones: numbers([], 'At', { minimum: 0, unit: 'epochs' }),
    factor: number(0.1, 'Factor', { above: 0 }),
  },
  at: (context) => {
    const passed = context.options.milestones.filter((milestone) => milestone <= epochOf(context)).length;
    return context.baseRate * context.options.factor ** passed;
  },
});

/** base · γ^epoch, as `ExponentialLR`; fractional epochs unless in stairs. */
export const exponential = defineSchedule({
  type: 'exponential',
  title: 'Exponential',
  description: 'Falls by the same factor every epoch.',
  options: { factor: number(0.95, 'Factor an epoch', { above: 0 }), stairs: flag(true, 'Change between epochs only') },
  at: (context) => {
    const { options, baseRate } = context;
    return baseRate * options.factor ** (options.stairs ? epochOf(context) : context.step / context.stepsPerEpoch);
  },
});

/** end + (base − end)·(1 − t / T)^power over the whole run; `PolynomialLR` where end is 0. */
export const polynomial = defineSchedule({
  type: 'polynomial',
  title: 'Polynomial',
  description: 'Falls to the end along a power; power 1 is a straight line.',
  options: { power: number(1, 'Power', { above: 0 }), endFactor: number(0, 'Rate at the end', { minimum: 0 }) },
  at: ({ step: taken, totalSteps, baseRate, options }) => {
    const left = 1 - Math.min(taken / Math.max(1, totalSteps), 1);
    return baseRate * (options.endFactor + (1 - options.endFactor) * left ** options.power);
  },
});

/** base · √w · min((t + 1)^−½, (t + 1)·w^−1.5), whose peak is base at step w (Vaswani et al. 2017). */
export const inverseSquareRoot = defineSchedule({
  type: 'inverseSquareRoot',
  title: 'Inverse square root',
  description: 'Rises in a line for some steps, then falls with the root of the step (Noam).',
  options: { warmupSteps: integer(4000, 'Rises for', { minimum: 1, unit: 'steps' }) },
  at: ({ step: taken, baseRate, options: { warmupSteps } }) =>
    baseRate * Math.sqrt(warmupSteps) * Math.min((taken + 1) ** -0.5, (taken + 1) * warmupSteps ** -1.5),
});
