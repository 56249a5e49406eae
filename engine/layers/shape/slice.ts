// Slice and Select: a range or one position along an axis of an example.
import type { ValueType } from '../../ir/graph.js';
import type { Report } from '../defineLayer.js';
import { defineLayer } from '../defineLayer.js';
import { whole, optional } from '../options.js';

const axisOption = whole({
  label: 'Axis',
  fallback: 1,
  max: 7,
  description: 'Counted from 1, the first of an example.',
});

/** The size along the axis, infinity where it is not known; nothing (and a fault) where there is no such axis. */
function sizeAlong(x: ValueType, axis: number, report: Report): number | undefined {
  if (axis >= x.shape.length) {
    report('axis', `axis must be at most ${x.shape.length - 1}, got ${axis}`);
    return undefined;
  }
  const size = x.shape[axis];
  return typeof size === 'number' ? size : Infinity;
}

const position = { min: -(2 ** 24), max: 2 ** 24 };

export const slice = defineLayer({
  type: 'Slice',
  title: 'Slice',
  category: 'shape',
  description: 'The elements from start up to end along an axis; negative positions count from the end.',
  inputs: ['x'],
  accepts: { x: { kind: 'any', rank: [2, 8] } },
  options: {
    axis: axisOption,
    start: whole({ label: 'Start', fallback: 0, ...position }),
    end: optional(whole({ label: 'End', ...position, description: 'Not included; left out, the rest.' })),
    step: whole({ label: 'Step', fallback: 1, max: 2 ** 20 }),
  },
  faults({ x }, { axis, start, end }, report) {
    const size = sizeAlong(x, axis, report);
    if (size === undefined || size === Infinity) return;
    const from = start < 0 ? start + size : start;
    const to = Math.min(end === undefined ? size : end < 0 ? end + size : end, size);
    if (from < 0 || from >= to)
      report('start', `at least one of the ${size} elements must be left, got ${from} to ${to}`);
  },
  lower: ({ emit }, { x }, { axis, start, end, step }) => emit.slice(x, [start], [end ?? 2 ** 31 - 1], [axis], [step]),
});

export const select = defineLayer({
  type: 'Select',
  title: 'Select',
  category: 'shape',
  description: 'One position along an axis, which disappears; −1 is the last.',
  inputs: ['x'],
  accepts: { x: { kind: 'any', rank: [2, 8] } },
  options: { axis: axisOption, index: whole({ label: 'Position', fallback: 0, ...position }) },
  faults({ x }, { axis, index }, report) {
    const size = sizeAlong(x, axis, report);
    if (size !== undefined && (index < 0 ? index + size < 0 : index >= size))
      report('index', `position must be one of the ${size} along axis ${axis}, got ${index}`);
  },
  lower({ emit }, { x }, { axis, index }) {
    const end = index === -1 ? 2 ** 31 - 1 : index + 1;
    return emit.squeeze(emit.slice(x, [index], [end], [axis]), [axis]);
  },
});
