// Random applications of the reduction, shaping and indexing operators, for property tests.
import type { Value } from '../../../engine/ir/graph.js';
import type { Dim } from '../../../engine/ir/shape.js';
import type { AttributeArguments } from '../../../engine/ops/attributes.js';
import type { Emit } from '../../../engine/ops/emit.js';
import { reduction } from '../../../engine/ops/reduction/index.js';

/** A whole number in [0, count). */
export type Draw = (count: number) => number;

export interface Application {
  /** Shapes of the fed inputs, which come first. */
  readonly shapes: readonly (readonly number[])[];
  /** Which fed inputs are int64 indices (zeros are fed). */
  readonly indices?: readonly number[];
  /** What follows the fed inputs. */
  readonly constants?: (emit: Emit) => readonly (Value | undefined)[];
  readonly attributes?: AttributeArguments;
  readonly outputs?: number;
}

const shapeOf = (draw: Draw, least = 1, most = 5): number[] =>
  Array.from({ length: least + draw(most - least + 1) }, () => 1 + draw(4));
const axisOf = (draw: Draw, rank: number): number => draw(2 * rank) - rank;
const ints =
  (...lists: (readonly number[] | undefined)[]) =>
  (emit: Emit): (Value | undefined)[] =>
    lists.map((list) => list && emit.ints(list));

/** Some axes, each once, some counted from the end. */
function someAxes(draw: Draw, rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis)
    .filter(() => draw(2) === 1)
    .map((axis) => (draw(2) ? axis : axis - rank));
}

function reduce(draw: Draw): Application {
  const shape = shapeOf(draw);
  const axes = someAxes(draw, shape.length);
  return {
    shapes: [shape],
    constants: ints(draw(4) ? axes : undefined),
    attributes: { keepdims: draw(2) === 1, noop_with_empty_axes: draw(2) === 1 },
  };
}

function scatter(draw: Draw): Application {
  const shape = shapeOf(draw, 1, 4);
  const smaller = shape.map((dim) => 1 + draw(dim));
  return {
    shapes: [shape, smaller, smaller],
    indices: [1],
    attributes: { axis: axisOf(draw, shape.length), reduction: draw(2) ? 'none' : 'add' },
  };
}

const arg = (draw: Draw): Application => {
  const shape = shapeOf(draw);
  return { shapes: [shape], attributes: { axis: axisOf(draw, shape.length), keepdims: draw(2) === 1 } };
};

/** One random application of each operator of the reduction, shaping and indexing families. */
export const applications: Record<string, (draw: Draw) => Application> = {
  ...Object.fromEntries(reduction.filter(({ type }) => type.startsWith('Reduce')).map(({ type }) => [type, reduce])),
  ArgMax: arg,
  ArgMin: arg,
  TopK: (draw) => {
    const shape = shapeOf(draw);
    const axis = axisOf(draw, shape.length);
    return { shapes: [shape], constants: ints([1 + draw(shape.at(axis)!)]), attributes: { axis }, outputs: 2 };
  },
  CumSum: (draw) => {
    const shape = shapeOf(draw);
    return { shapes: [shape], constants: ints([axisOf(draw, shape.length)]), attributes: { reverse: draw(2) === 1 } };
  },
  Reshape: (draw) => {
    const shape = shapeOf(draw);
    const wanted = draw(2) ? [...shape].reverse() : shape.map((dim) => (draw(2) ? 0 : dim));
    const open = draw(wanted.length + 1);
    return { shapes: [shape], constants: ints(open < wanted.length ? wanted.with(open, -1) : wanted) };
  },
  Transpose: (draw) => {
    const shape = shapeOf(draw);
    const rest = shape.map((_, axis) => axis);
    const perm = shape.map(() => rest.splice(draw(rest.length), 1)[0]!);
    return { shapes: [shape], attributes: draw(3) ? { perm } : {} };
  },
  Squeeze: (draw) => {
    const shape = shapeOf(draw).map((dim) => (draw(2) ? 1 : dim));
    const axes = shape.flatMap((dim, axis) => (dim === 1 && draw(2) ? [axis - (draw(2) ? shape.length : 0)] : []));
    return { shapes: [shape], constants: ints(axes.length && draw(3) ? axes : undefined) };
  },
  Unsqueeze: (draw) => {
    const shape = shapeOf(draw, 1, 3);
    return { shapes: [shape], constants: ints([axisOf(draw, shape.length + 1)]) };
  },
  Expand: (draw) => {
    const full = shapeOf(draw);
    const shape = full.slice(draw(full.length)).map((dim) => (draw(2) ? 1 : dim));
    return { shapes: [shape], constants: ints(full) };
  },
  Tile: (draw) => {
    const shape = shapeOf(draw);
    return { shapes: [shape], constants: ints(shape.map(() => 1 + draw(3))) };
  },
  Concat: (draw) => {
    const shape = shapeOf(draw);
    const axis = axisOf(draw, shape.length);
    const place = axis < 0 ? axis + shape.length : axis;
    return { shapes: Array.from({ length: 1 + draw(3) }, () => shape.with(place, 1 + draw(3))), attributes: { axis } };
  },
  Split: (draw) => {
    const shape = shapeOf(draw);
    const axis = axisOf(draw, shape.length);
    const size = shape.at(axis)!;
    const first = 1 + draw(size);
    if (first === size) return { shapes: [shape], attributes: { axis, num_outputs: 1 } };
    return draw(2)
      ? { shapes: [shape], constants: ints([first, size - first]), attributes: { axis }, outputs: 2 }
      : { shapes: [shape], attributes: { axis, num_outputs: 2 }, outputs: 2 };
  },
  Slice: (draw) => {
    const shape = shapeOf(draw);
    const axes = someAxes(draw, shape.length);
    const far = 2 ** 40;
    const position = (): number => (draw(4) ? draw(11) - 5 : draw(2) ? far : -far);
    const steps = axes.map(() => [-2, -1, 1, 1, 1, 2, 3][draw(7)]!);
    return {
      shapes: [shape],
      constants: ints(axes.map(position), axes.map(position), axes, draw(3) ? steps : undefined),
    };
  },
  Pad: (draw) => {
    const shape = shapeOf(draw);
    const mode = ['constant', 'reflect', 'edge'][draw(3)]!;
    const pads = [...shape, ...shape].map((dim) => draw(mode === 'reflect' ? dim : 3));
    return { shapes: [shape], constants: ints(pads), attributes: { mode } };
  },
  Flatten: (draw) => {
    const shape = shapeOf(draw);
    return { shapes: [shape], attributes: { axis: draw(2 * shape.length + 1) - shape.length } };
  },
  Trilu: (draw) => ({ shapes: [shapeOf(draw, 2)], attributes: { upper: draw(2) === 1 } }),
  DepthToSpace: (draw) => {
    const [n, c, h, w] = shapeOf(draw, 4, 4) as [number, number, number, number];
    return { shapes: [[n, 4 * c, h, w]], attributes: { blocksize: 2, mode: draw(2) ? 'DCR' : 'CRD' } };
  },
  SpaceToDepth: (draw) => {
    const [n, c, h, w] = shapeOf(draw, 4, 4) as [number, number, number, number];
    return { shapes: [[n, c, 2 * h, 2 * w]], attributes: { blocksize: 2 } };
  },
  Resize: (draw) => {
    const shape = shapeOf(draw, 4, 4);
    const scales = [1, 1, ...[0, 0].map(() => [0.5, 0.75, 1, 1.3, 2, 2.5][draw(6)]!)];
    const sizes = shape.map((dim, axis) => (axis < 2 ? dim : 1 + draw(6)));
    // An axis may not shrink to nothing.
    const scaled = draw(2) === 1 && shape.every((dim, axis) => dim * scales[axis]! >= 1);
    return {
      shapes: [shape],
      constants: (emit) => [
        undefined,
        scaled ? emit.constant({ dtype: 'float32', shape: [4], data: Float32Array.from(scales) }) : undefined,
        scaled ? undefined : emit.ints(sizes),
      ],
      attributes: { mode: draw(2) ? 'nearest' : 'linear' },
    };
  },
  GridSample: (draw) => {
    const shape = shapeOf(draw, 4, 4);
    return { shapes: [shape, [shape[0]!, 1 + draw(4), 1 + draw(4), 2]] };
  },
  Gather: (draw) => {
    const shape = shapeOf(draw, 1, 3);
    return { shapes: [shape, shapeOf(draw, 0, 2)], indices: [1], attributes: { axis: axisOf(draw, shape.length) } };
  },
  GatherElements: (draw) => {
    const shape = shapeOf(draw, 1, 4);
    const axis = axisOf(draw, shape.length);
    const place = axis < 0 ? axis + shape.length : axis;
    return { shapes: [shape, shape.with(place, 1 + draw(4))], indices: [1], attributes: { axis } };
  },
  GatherND: (draw) => {
    const shape = shapeOf(draw, 2, 4);
    const batch = draw(2);
    const depth = 1 + draw(shape.length - batch);
    return {
      shapes: [shape, [...shape.slice(0, batch), 1 + draw(3), depth]],
      indices: [1],
      attributes: { batch_dims: batch },
    };
  },
  ScatterElements: scatter,
  ScatterND: (draw) => {
    const shape = shapeOf(draw, 1, 4);
    const depth = 1 + draw(shape.length);
    const count = 1 + draw(3);
    return {
      shapes: [shape, [count, depth], [count, ...shape.slice(depth)]],
      indices: [1],
      attributes: { reduction: 'add' },
    };
  },
  OneHot: (draw) => {
    const shape = shapeOf(draw, 1, 3);
    const depth = 1 + draw(4);
    return {
      shapes: [shape],
      indices: [0],
      constants: (emit) => [
        emit.ints([depth]),
        emit.constant({ dtype: 'float32', shape: [2], data: new Float32Array(2) }),
      ],
      attributes: { axis: axisOf(draw, shape.length + 1) },
    };
  },
};

/** Emits an application; a `batch` makes the first axis of every fed input that has that size symbolic. */
export function apply(
  emit: Emit,
  type: string,
  application: Application,
  batch?: number,
): { inputs: Value[]; outputs: Value[] } {
  const inputs = application.shapes.map((shape, at) => {
    const symbolic: Dim[] =
      batch !== undefined && shape[0] === batch ? [`${type}.batch`, ...shape.slice(1)] : [...shape];
    return emit.input(`${type}${at}`, application.indices?.includes(at) ? 'int64' : 'float32', symbolic);
  });
  const more = application.constants?.(emit) ?? [];
  return {
    inputs,
    outputs: emit.nodes(type, [...inputs, ...more], application.attributes ?? {}, application.outputs ?? 1),
  };
}

/** Draws from a stream of fast-check. */
export function drawsFrom(stream: Iterator<number>): Draw {
  return (count) => (stream.next().value as number) % Math.max(1, count);
}
