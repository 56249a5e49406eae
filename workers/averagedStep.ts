// An evaluation that reads the moving averages of the weights in place of the weights.
import type { StateEntry } from '../engine/training/state.js';
import type { StepInterface } from '../engine/training/stepGraph.js';

/** The same step with every read of an averaged entry turned to its average. */
export function averagedStep(step: StepInterface, entries: readonly StateEntry[]): StepInterface {
  const averages = new Set(entries.filter(({ role }) => role === 'average').map(({ name }) => name));
  return {
    ...step,
    reads: step.reads.map((read) => {
      const entry = `average/${read.entry}`;
      if (!averages.has(entry)) return read;
      return { ...read, entry, ...(read.field && { field: { ...read.field, name: `average/${read.field.name}` } }) };
    }),
  };
}
