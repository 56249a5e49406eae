// The numbers that the host gives a step: learning rates, bias corrections and the like, in float64.
import { EngineError } from '../ir/diagnostic.js';
import { optimizerOf } from './optimizers/index.js';
import type { StepInterface } from './stepGraph.js';

export interface StepClock {
  /** Steps of this phase taken so far, so that the first step is 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Scalars that are not the optimizer's, by name. */
  readonly scalars?: Readonly<Record<string, number>>;
}

/**
 * The value of every scalar input by its name, in the order of the step's interface.
 * @throws EngineError `step.scalar` for one that neither an optimizer nor the clock knows
 */
export function scalarsOf(step: StepInterface, clock: StepClock): Map<string, number> {
  const computed = new Map<string, Readonly<Record<string, number>>>();
  const values = new Map<string, number>();
  for (const { input, name, optimizer } of step.scalars) {
    let value = clock.scalars?.[name];
    if (optimizer) {
      const { spec, rateFactor } = optimizer;
      const key = `${rateFactor}|${JSON.stringify(spec)}`;
      let all = computed.get(key);
      if (!all) {
        const learningRate = clock.learningRate * rateFactor;
        all = optimizerOf(spec.type).scalars({ step: clock.step, learningRate, options: spec.options });
        computed.set(key, all);
      }
      value = all[name];
    }
    if (value === undefined) throw new EngineError('step.scalar', `${step.name}: scalar '${name}' was not given`);
    values.set(input, value);
  }
  return values;
}
