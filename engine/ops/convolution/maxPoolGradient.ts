// The gradient of a maximum over windows, ties going to the first maximum in row-major order.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import type { AttributeArguments } from '../attributes.js';
import type { Emit } from '../emit.js';
import { shapeOf, staticShapeOf } from '../valueTypes.js';
import { halvingGradient } from './halvingGradient.js';
import { tapGradient } from './tapGradient.js';
import type { WindowGeometry } from './windowGeometry.js';

export interface MaxPooling {
  readonly geometry: WindowGeometry;
  readonly attributes: AttributeArguments;
  readonly x: Value;
  readonly y: Value;
  /** Flat row-major indices of the maxima, where the forward pass gave them. */
  readonly indices: Value | undefined;
  readonly dY: Value;
}

export function maxPoolGradient(emit: Emit, pooling: MaxPooling): Value {
  const scattered = (): Value => scatterGradient(emit, pooling);
  const taps = (): Value => tapGradient(emit, pooling);
  const halving = halves(pooling.geometry) ? { halving: (): Value => halvingGradient(emit, pooling) } : {};
  const { kernel, strides, dilations, begins, ends } = pooling.geometry;
  const key = [shapeOf(pooling.x), kernel, strides, dilations, begins, ends].map((list) => list.join('x')).join(' ');
  return emit.choose('maxPool.gradient', key, { ...halving, scattered, taps });
}

/** 2 × 2 windows that tile an even plane. */
function halves({ kernel, strides, dilations, begins, ends, input }: WindowGeometry): boolean {
  return (
    kernel.length === 2 &&
    [...kernel, ...strides].every((size) => size === 2) &&
    dilations.every((dilation) => dilation === 1) &&
    [...begins, ...ends].every((pad) => pad === 0) &&
    input.every((size) => size % 2 === 0)
  );
}

/** dY added at the flat places of the maxima. */
function scatterGradient(emit: Emit, { x, indices, attributes, dY }: MaxPooling): Value {
  const shape = staticShapeOf(x);
  const places = indices ?? emit.nodes('MaxPool', [x], { ...attributes, storage_order: 0 }, 2)[1]!;
  const zeros = emit.full([sizeOf(shape)], 0, dY);
  const flat = emit.node('ScatterElements', [zeros, emit.reshape(places, [-1]), emit.reshape(dY, [-1])], {
    axis: 0,
    reduction: 'add',
  });
  return emit.reshape(flat, shape);
}
