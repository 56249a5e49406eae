// GridSample: reads an image at given positions (ONNX GridSample-20; gradients for 2-d linear and nearest).
import { EngineError } from '../../ir/diagnostic.js';
import type { Node, Value } from '../../ir/graph.js';
import { tensorOf } from '../../ir/tensor.js';
import { flag, oneOf, readAttributes } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, staticShapeOf } from '../valueTypes.js';
import { sumRows } from '../indexing/scatterAlongAxis.js';
import { mergeDims } from './dims.js';
import { paddings, samplings, tapsAlong, type Sampling, type Tap } from './gridPositions.js';

const specs = {
  align_corners: flag(false),
  mode: oneOf(samplings, 'linear'),
  padding_mode: oneOf(paddings, 'zeros'),
};

export const gridSample = defineOp({
  type: 'GridSample',
  since: 20,
  inputs: ['X', 'grid'],
  outputs: ['Y'],
  attributes: specs,
  // X [N, C, H, W] at grid [N, Ho, Wo, 2] → [N, C, Ho, Wo]
  infer: ({ X, grid, fail }) => {
    const spatial = X.shape.length - 2;
    if (spatial < 1) fail('X', `rank must be 3 or more, got ${X.shape.length}`);
    if (grid.shape.length !== X.shape.length)
      fail('grid', `grid and X must have one rank, got ${grid.shape.length} and ${X.shape.length}`);
    const last = grid.shape.at(-1);
    if (typeof last === 'number' && last !== spatial)
      fail('grid', `the last axis must hold ${spatial} coordinates, got ${last}`);
    const batch = mergeDims(X.shape[0]!, grid.shape[0]!);
    if (batch === undefined)
      fail('grid', `batch sizes must agree, got ${X.shape[0] ?? '?'} and ${grid.shape[0] ?? '?'}`);
    return [{ dtype: X.dtype, shape: [batch ?? null, X.shape[1]!, ...grid.shape.slice(1, -1)] }];
  },
  gradient: {
    // Every corner receives its share of dY.
    X: ({ emit, X, grid, attributes, node, dY }) => {
      const [batch, channels, height, width] = imageShape(node, X);
      const corners = cornersOf(emit, X, grid, samplingOf(node, attributes));
      const rows = pixelRows(emit, dY);
      const shares = corners.map(({ weight }) => emit.mul(rows, emit.unsqueeze(weight, [1])));
      const indices = emit.concat(
        corners.map(({ index }) => index),
        0,
      );
      const summed = sumRows(emit, emit.concat(shares, 0), indices, batch * height * width);
      return emit.transpose(emit.reshape(summed, [batch, height, width, channels]), [0, 3, 1, 2]);
    },
    // d grid = Σ over corners of ⟨corner, dY⟩ · d weight
    grid: ({ emit, X, grid, attributes, node, dY }) => {
      imageShape(node, X);
      const corners = cornersOf(emit, X, grid, samplingOf(node, attributes));
      const pixels = pixelRows(emit, X);
      const rows = pixelRows(emit, dY);
      const parts = corners.flatMap(({ index, slopes }) => {
        if (!slopes) return [];
        const match = emit.reduceSum(emit.mul(emit.gather(pixels, index), rows), [1], true);
        return [emit.mul(match, slopes)];
      });
      if (parts.length === 0) return emit.fullLike(grid, 0);
      return emit.reshapeLike(
        parts.reduce((sum, part) => emit.add(sum, part)),
        grid,
      );
    },
  },
});

/**
 * The same result as a sum over corners of gathered pixels times weights, for a backend without GridSample;
 * `undefined` for images that are not 2-d and for cubic sampling.
 */
export function gatherSamples(node: Node, emit: Emit): Value | undefined {
  const [X, grid] = [node.inputs[0]!, node.inputs[1]!];
  const attributes = readAttributes(specs, node.attributes, node.type, node.name);
  if (rankOf(X) !== 4 || attributes.mode === 'cubic') return undefined;
  const [batch, channels] = imageShape(node, X);
  const [, rows, columns] = staticShapeOf(grid) as [number, number, number];
  const pixels = pixelRows(emit, X);
  const parts = cornersOf(emit, X, grid, samplingOf(node, attributes)).map(({ index, weight }) =>
    emit.mul(emit.gather(pixels, index), emit.unsqueeze(weight, [1])),
  );
  const sum = parts.reduce((left, right) => emit.add(left, right));
  return emit.transpose(emit.reshape(sum, [batch, rows, columns, channels]), [0, 3, 1, 2]);
}

function samplingOf(
  node: Node,
  attributes: { mode: Sampling['mode']; padding_mode: Sampling['padding']; align_corners: boolean },
): Sampling {
  if (attributes.mode === 'cubic') refuse(node, 'mode cubic');
  return { mode: attributes.mode, padding: attributes.padding_mode, alignCorners: attributes.align_corners };
}

function imageShape(node: Node, X: Value): [batch: number, channels: number, height: number, width: number] {
  const shape = staticShapeOf(X);
  if (shape.length !== 4) refuse(node, `rank ${shape.length}, only with rank 4`);
  return shape as [number, number, number, number];
}

function refuse(node: Node, what: string): never {
  throw new EngineError('gradient.missing', `GridSample '${node.name}': not differentiable with ${what}`, {
    node: node.name,
  });
}

/** [N, C, H, W] as one row of channels a pixel: [N·H·W, C]. */
function pixelRows(emit: Emit, image: Value): Value {
  const [batch, channels, height, width] = staticShapeOf(image) as [number, number, number, number];
  return emit.reshape(emit.transpose(image, [0, 2, 3, 1]), [batch * height * width, channels]);
}

interface Corner {
  /** Row of {@link pixelRows}, for each output position: [N·Ho·Wo]. */
  readonly index: Value;
  readonly weight: Value;
  /** d weight / d (x, y): [N·Ho·Wo, 2]. */
  readonly slopes: Value | undefined;
}

/** The elements around each position: four for linear, one for nearest. */
function cornersOf(emit: Emit, X: Value, grid: Value, sampling: Sampling): Corner[] {
  const [batch, , height, width] = staticShapeOf(X) as [number, number, number, number];
  const [, rows, columns] = staticShapeOf(grid) as [number, number, number];
  const coordinate = (at: number): Value =>
    emit.reshape(emit.slice(grid, [at], [at + 1], [3]), [batch, rows * columns]);
  const across = tapsAlong(emit, coordinate(0), width, sampling);
  const down = tapsAlong(emit, coordinate(1), height, sampling);
  const starts = Array.from({ length: batch }, (_, at) => at * height * width);
  const start = emit.constant(tensorOf('int32', [batch, 1], starts), 'starts');
  const flat = (value: Value): Value => emit.reshape(value, [batch * rows * columns]);
  return down.flatMap((y) =>
    across.map((x): Corner => {
      const place = emit.cast(emit.add(emit.mul(y.place, width), x.place), 'int32');
      return {
        index: flat(emit.add(place, start)),
        weight: flat(emit.mul(y.weight, x.weight)),
        slopes: slopesOf(emit, x, y, batch * rows * columns),
      };
    }),
  );
}

function slopesOf(emit: Emit, x: Tap, y: Tap, count: number): Value | undefined {
  if (!x.slope || !y.slope) return undefined;
  const along = [emit.mul(x.slope, y.weight), emit.mul(x.weight, y.slope)];
  return emit.concat(
    along.map((slope) => emit.reshape(slope, [count, 1])),
    1,
  );
}
