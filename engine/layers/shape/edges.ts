// ZeroPadding and Cropping: adds or removes elements at the edges of the spatial axes.
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { choice, wholes } from '../options.js';

const edgesOption = wholes({
  label: 'Edges',
  unit: 'elements',
  min: 0,
  max: 4096,
  longest: 6,
  description: 'Before and after each spatial axis in turn: [top, bottom, left, right]; one number for all.',
});

/** Begins and ends by spatial axis; nothing where the list has a wrong length. */
export function edgesOf(edges: readonly number[], axes: number): { begins: number[]; ends: number[] } | undefined {
  const all = edges.length === 1 ? new Array<number>(2 * axes).fill(edges[0]!) : edges;
  if (all.length !== 2 * axes) return undefined;
  return { begins: all.filter((_, index) => index % 2 === 0), ends: all.filter((_, index) => index % 2 === 1) };
}

const wrongLength = (axes: number, got: number): string =>
  `edges must have 1 number or ${2 * axes} (before and after each spatial axis), got ${got}`;

export const padding = defineLayer({
  type: 'Padding',
  title: 'Padding',
  category: 'shape',
  description: 'Adds elements at the edges of the spatial axes: zeros, a mirror image, or the edge repeated.',
  inputs: ['x'],
  accepts: { x: { rank: [3, 5] } },
  options: {
    edges: edgesOption,
    mode: choice(['constant', 'reflect', 'edge'], { label: 'Mode', fallback: 'constant' }),
  },
  faults({ x }, { edges, mode }, report) {
    const axes = x.shape.length - 2;
    const pads = edgesOf(edges, axes);
    if (!pads) report('edges', wrongLength(axes, edges.length));
    else if (mode === 'reflect')
      x.shape.slice(2).forEach((size, axis) => {
        const most = Math.max(pads.begins[axis]!, pads.ends[axis]!);
        if (typeof size === 'number' && most >= size)
          report('edges', `a mirror image must be smaller than the ${size} elements of axis ${axis + 2}, got ${most}`);
      });
  },
  lower({ emit }, { x }, { edges, mode }) {
    const { begins, ends } = edgesOf(edges, shapeOf(x).length - 2)!;
    const pads = [0, 0, ...begins, 0, 0, ...ends];
    return pads.every((pad) => pad === 0) ? x : emit.node('Pad', [x, emit.ints(pads)], { mode });
  },
});

export const cropping = defineLayer({
  type: 'Cropping',
  title: 'Cropping',
  category: 'shape',
  description: 'Removes elements at the edges of the spatial axes.',
  inputs: ['x'],
  accepts: { x: { rank: [3, 5] } },
  options: { edges: edgesOption },
  faults({ x }, { edges }, report) {
    const axes = x.shape.length - 2;
    const cuts = edgesOf(edges, axes);
    if (!cuts) report('edges', wrongLength(axes, edges.length));
    else
      x.shape.slice(2).forEach((size, axis) => {
        const cut = cuts.begins[axis]! + cuts.ends[axis]!;
        if (typeof size === 'number' && cut >= size)
          report('edges', `at least one of the ${size} elements of axis ${axis + 2} must be left, got ${cut} cut off`);
      });
  },
  lower({ emit }, { x }, { edges }) {
    const { begins, ends } = edgesOf(edges, shapeOf(x).length - 2)!;
    // An end of −0 would be the beginning: beyond the last element stands for all.
    const stops = ends.map((end) => (end === 0 ? 2 ** 31 - 1 : -end));
    return emit.slice(
      x,
      begins,
      stops,
      begins.map((_, axis) => axis + 2),
    );
  },
});
