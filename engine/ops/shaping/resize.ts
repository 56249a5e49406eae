// Resize: resamples axes to new sizes (ONNX Resize-19; nearest, linear, cubic).
import { EngineError } from '../../ir/diagnostic.js';
import type { Node, Value } from '../../ir/graph.js';
import { normalAxis, sameShape, type Dim } from '../../ir/shape.js';
import { flag, float, ints, oneOf } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, shapeOf } from '../valueTypes.js';
import { alongAxis } from './alongAxis.js';
import { openShapeOf, staticDim } from './dims.js';
import { knownDims, knownNumbers } from './knownDims.js';
import { coordinateModes, interpolations, nearestModes, resizeWeights, type ResizedAxis } from './resizeWeights.js';

type Policy = 'stretch' | 'not_larger' | 'not_smaller';

export const resize = defineOp({
  type: 'Resize',
  since: 19,
  inputs: ['X', 'roi?', 'scales?', 'sizes?'],
  outputs: ['Y'],
  attributes: {
    antialias: flag(false),
    axes: ints(),
    coordinate_transformation_mode: oneOf(coordinateModes, 'half_pixel'),
    cubic_coeff_a: float(-0.75),
    exclude_outside: flag(false),
    extrapolation_value: float(0),
    keep_aspect_ratio_policy: oneOf(['stretch', 'not_larger', 'not_smaller'], 'stretch'),
    mode: oneOf(interpolations, 'nearest'),
    nearest_mode: oneOf(nearestModes, 'round_prefer_floor'),
  },
  // y_i = sizes_i, or ⌊x_i·scales_i⌋
  infer: ({ X, attributes, node, fail }) => {
    const axes = axesOf(attributes.axes, X.shape.length);
    const scales = given(node, 2);
    const sizes = given(node, 3);
    if (!scales === !sizes) fail('scales', 'give either scales or sizes');
    const wanted = (scales ?? sizes)!;
    if (wanted.length !== axes.length)
      fail(scales ? 'scales' : 'sizes', `${axes.length} axes take as many numbers, got ${wanted.length}`);
    const shape = [...X.shape];
    axes.forEach((axis, at) => {
      const number = wanted[at];
      const dim = X.shape[axis]!;
      if (sizes) shape[axis] = number ?? null;
      else if (number !== 1) shape[axis] = times(dim, number);
    });
    if (!sizes || attributes.keep_aspect_ratio_policy === 'stretch') return [{ dtype: X.dtype, shape }];
    const kept = keepAspect(X.shape, axes, sizes, attributes.keep_aspect_ratio_policy);
    return [{ dtype: X.dtype, shape: shape.map((dim, axis) => kept.get(axis) ?? dim) }];
  },
  gradient: {
    // Y = W X along each axis, so dX = Wᵀ dY
    X: ({ emit, X, Y, attributes, node, dY }) => {
      const refusal = attributes.antialias
        ? 'antialias'
        : attributes.coordinate_transformation_mode === 'tf_crop_and_resize'
          ? 'tf_crop_and_resize'
          : undefined;
      if (refusal)
        throw new EngineError('gradient.missing', `Resize '${node.name}': not differentiable with ${refusal}`, {
          node: node.name,
        });
      const resampling = {
        mode: attributes.mode,
        coordinates: attributes.coordinate_transformation_mode,
        rounding: attributes.nearest_mode,
        cubic: attributes.cubic_coeff_a,
        excludeOutside: attributes.exclude_outside,
      };
      const axes = axesOf(attributes.axes, rankOf(X));
      return pullBack(
        emit,
        dY,
        resizedAxes(node, X, Y, axes).map(([axis, sizes]) => [axis, resizeWeights(sizes, resampling)]),
      );
    },
    roi: zeroGradient('a region'),
    scales: zeroGradient('scales'),
    sizes: zeroGradient('sizes'),
  },
});

function axesOf(axes: readonly number[] | undefined, rank: number): number[] {
  return (axes ?? Array.from({ length: rank }, (_, axis) => axis)).map((axis) => normalAxis(axis, rank)!);
}

/** The numbers of an input; `undefined` when it is left out or empty, as older exporters leave it. */
function given(node: Node, index: number): readonly Dim[] | undefined {
  const dims = node.inputs[index] && knownDims(node.inputs[index]);
  return dims?.length === 0 ? undefined : dims;
}

function times(dim: Dim, scale: Dim | undefined): Dim {
  return typeof dim === 'number' && typeof scale === 'number' ? Math.floor(Math.fround(dim * scale)) : null;
}

/** Sizes under one common scale: the largest that stays within `sizes`, or the smallest that covers them. */
function keepAspect(
  shape: readonly Dim[],
  axes: readonly number[],
  sizes: readonly Dim[],
  policy: Policy,
): Map<number, Dim> {
  const ratios = axes.map((axis, at) => Number(sizes[at] ?? NaN) / Number(shape[axis] ?? NaN));
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return new Map(
    axes.map((axis) => {
      const size = Math.floor(scale * Number(shape[axis] ?? NaN) + 0.5);
      return [axis, Number.isNaN(size) ? null : size];
    }),
  );
}

/** The axes that change, with the scale that positions were computed with; onnxruntime copies where no size changes. */
function resizedAxes(node: Node, X: Value, Y: Value, axes: readonly number[]): [axis: number, ResizedAxis][] {
  if (sameShape(shapeOf(X), shapeOf(Y))) return [];
  const scales = node.inputs[2] && knownNumbers(node.inputs[2]);
  return axes.flatMap((axis, at): [number, ResizedAxis][] => {
    if (scales?.[at] === 1 || (!scales?.length && sameSymbol(X, Y, axis))) return [];
    const from = staticDim(node, X, axis);
    const to = staticDim(node, Y, axis);
    const scale = scales?.[at] ?? to / from;
    return scale === 1 && from === to ? [] : [[axis, { from, to, scale }]];
  });
}

function sameSymbol(X: Value, Y: Value, axis: number): boolean {
  const dim = shapeOf(X)[axis];
  return typeof dim === 'string' && dim === shapeOf(Y)[axis];
}

type Weights = readonly (readonly number[])[];

/** Wᵀ along each axis; where input elements are merely repeated, the repetitions are summed in one go. */
function pullBack(emit: Emit, dY: Value, maps: readonly (readonly [axis: number, weights: Weights])[]): Value {
  const shape = openShapeOf(dY).map((size) => [size]);
  const general: (readonly [number, Weights])[] = [];
  for (const [axis, weights] of maps) {
    const from = weights[0]!.length;
    if (isRepetition(weights)) shape[axis] = [from, weights.length / from];
    else general.push([axis, weights]);
  }
  const summed = shape.flatMap((sizes, axis) => (sizes.length === 2 ? [shape.slice(0, axis).flat().length + 1] : []));
  const small = emit.reduceSum(emit.reshape(dY, shape.flat()), summed);
  return general.reduceRight((gradient, [axis, weights]) => alongAxis(emit, gradient, axis, weights), small);
}

function isRepetition(weights: Weights): boolean {
  const times = weights.length / weights[0]!.length;
  return Number.isInteger(times) && weights.every((row, at) => row[Math.floor(at / times)] === 1);
}
