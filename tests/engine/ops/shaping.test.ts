import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import type { Dim, Shape } from '../../../engine/ir/shape.js';
import { zeros, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import type { AttributeArguments } from '../../../engine/ops/attributes.js';
import { Emit } from '../../../engine/ops/emit.js';
import { indexing } from '../../../engine/ops/indexing/index.js';
import { reduction } from '../../../engine/ops/reduction/index.js';
import { shaping } from '../../../engine/ops/shaping/index.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

/** A whole number in [0, count). */
type Draw = (count: number) => number;

interface Application {
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

const applications: Record<string, (draw: Draw) => Application> = {
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
function apply(
  emit: Emit,
  type: string,
  application: Application,
  batch?: number,
): { inputs: Value[]; outputs: Value[] } {
  const inputs = application.shapes.map((shape, at) => {
    const symbolic: Dim[] = batch !== undefined && shape[0] === batch ? ['batch', ...shape.slice(1)] : [...shape];
    return emit.input(`${type}${at}`, application.indices?.includes(at) ? 'int64' : 'float32', symbolic);
  });
  const more = application.constants?.(emit) ?? [];
  return {
    inputs,
    outputs: emit.nodes(type, [...inputs, ...more], application.attributes ?? {}, application.outputs ?? 1),
  };
}

function drawsFrom(stream: Iterator<number>): Draw {
  return (count) => (stream.next().value as number) % Math.max(1, count);
}

describe('shapes of the shaping, indexing and reduction operators', () => {
  it('has an application of every operator', () => {
    const known = [...reduction, ...shaping, ...indexing].map(({ type }) => type);
    expect(Object.keys(applications).sort()).toEqual(known.sort());
  });

  it('infers what onnxruntime computes, and with a symbolic batch nothing that contradicts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(9999)), async (stream) => {
        const draw = drawsFrom(stream);
        const graph = new Graph();
        const emit = new Emit(graph);
        const feeds: Record<string, Tensor> = {};
        const outputs = new Map<Value, string>();
        for (const [type, make] of Object.entries(applications)) {
          const application = make(draw);
          const applied = apply(emit, type, application);
          applied.inputs.forEach((input, at) => (feeds[input.name] = zeros(input.dtype!, application.shapes[at]!)));
          const batch = application.shapes[0]![0]!;
          const symbolic = apply(new Emit(new Graph()), type, { ...application }, batch).outputs;
          applied.outputs.forEach((output, at) => {
            emit.output(output);
            outputs.set(output, `${type} ${JSON.stringify({ ...application, constants: undefined })}`);
            expect(
              compatible(symbolic[at]!.shape, output.shape!, batch),
              `${type}: symbolic ${String(symbolic[at]!.shape)} against ${String(output.shape)}`,
            ).toBe(true);
          });
        }
        const session = await ortNative.open(encodeModel(graph), { threads: 1 });
        const results = await session.run(feeds);
        for (const [output, what] of outputs)
          expect({ what, shape: output.shape }).toEqual({ what, shape: [...results[output.name]!.shape] });
        await session.dispose();
      }),
      { numRuns: 100 },
    );
  });
});

function compatible(symbolic: Shape | undefined, known: Shape, batch: number): boolean {
  if (!symbolic) return true;
  return (
    symbolic.length === known.length &&
    symbolic.every((dim, axis) => dim === null || (dim === 'batch' ? batch : dim) === known[axis])
  );
}

describe('symbolic dimensions', () => {
  const infer = (
    type: string,
    shape: Shape,
    lists: readonly (readonly number[] | undefined)[],
    attributes: AttributeArguments = {},
  ): Shape | undefined => {
    const emit = new Emit(new Graph());
    return emit.node(type, [emit.input('x', 'float32', shape), ...ints(...lists)(emit)], attributes).shape;
  };

  it.each<[string, Shape, readonly (readonly number[])[], Shape]>([
    ['Reshape', ['batch', 3, 4], [[0, -1]], ['batch', 12]],
    ['Reshape', ['batch', 3, 4], [[-1, 12]], ['batch', 12]],
    ['Reshape', ['batch', 'time', 8], [[0, 0, 2, -1]], ['batch', 'time', 2, 4]],
    ['Reshape', ['batch', 'time', 8], [[-1, 8]], [null, 8]],
    ['Reshape', ['batch', 6], [[-1, 4]], [null, 4]],
    ['Reshape', [null, 6], [[0, -1]], [null, 6]],
    ['Squeeze', ['batch', 1], [[1]], ['batch']],
    ['Unsqueeze', ['batch'], [[-1]], ['batch', 1]],
    ['Expand', ['batch', 1], [[1, 5]], ['batch', 5]],
    ['Slice', ['batch', 6], [[0], [2 ** 40], [0]], ['batch', 6]],
    ['Slice', ['batch', 6], [[-1], [2 ** 40], [0]], [1, 6]],
    ['Slice', ['batch', 6], [[2], [5], [0]], [null, 6]],
    ['Pad', ['batch', 3], [[0, 1, 0, 1]], ['batch', 5]],
    ['Tile', ['batch', 3], [[1, 2]], ['batch', 6]],
    ['ReduceSum', ['batch', 3], [[1]], ['batch', 1]],
  ])('%s of %j by %j is %j', (type, shape, lists, expected) => {
    expect(infer(type, shape, lists)).toEqual(expected);
  });

  it('Flatten keeps a batch that is alone', () => {
    expect(infer('Flatten', ['batch', 3, 4], [])).toEqual(['batch', 12]);
    expect(infer('Flatten', ['batch', 'time', 4], [], { axis: 2 })).toEqual([null, 4]);
  });

  it('follows a shape through Shape, Gather, Unsqueeze and Concat into Reshape', () => {
    const emit = new Emit(new Graph());
    const x = emit.input('x', 'float32', ['batch', 3, 4]);
    const batch = emit.unsqueeze(emit.gather(emit.node('Shape', [x]), emit.scalar(0, 'int64')), [0]);
    expect(emit.node('Reshape', [x, emit.concat([batch, emit.ints([12])], 0)]).shape).toEqual(['batch', 12]);
  });
});

describe('faults', () => {
  const fault = (
    type: string,
    shapes: readonly Shape[],
    lists: readonly (readonly number[])[],
    attributes: AttributeArguments = {},
  ): string => {
    const emit = new Emit(new Graph());
    const inputs = shapes.map((shape, at) => emit.input(`x${at}`, 'float32', shape));
    try {
      emit.node(type, [...inputs, ...ints(...lists)(emit)], attributes, 'here');
    } catch (error) {
      if (error instanceof EngineError) return error.message;
    }
    return 'none';
  };

  it.each<[string, readonly Shape[], readonly (readonly number[])[], AttributeArguments, string]>([
    ['Reshape', [[2, 3]], [[4, -1]], {}, "Reshape 'here': 6 elements do not divide by the other dimensions of [4, -1]"],
    ['Reshape', [[2, 3]], [[7]], {}, "Reshape 'here': 6 elements do not fill the shape [7]"],
    [
      'Concat',
      [
        [2, 3],
        [2, 4],
      ],
      [],
      { axis: 0 },
      "Concat 'here': shapes [2, 3] and [2, 4] differ outside axis 0",
    ],
    [
      'Transpose',
      [[2, 3]],
      [],
      { perm: [0, 0] },
      "Transpose 'here': perm must be a permutation of the 2 axes, got [0, 0]",
    ],
    ['Squeeze', [[2, 3]], [[1]], {}, "Squeeze 'here': a squeezed axis must have size 1, axis 1 has 3"],
    ['ReduceSum', [[2, 3]], [[2]], {}, "ReduceSum 'here': axis 2 is outside a rank of 2"],
    ['Pad', [[2, 3]], [[0, 3, 0, 0]], { mode: 'reflect' }, "Pad 'here': mode reflect pads axis 1 by at most 2, got 3"],
  ])('%s of %j by %j %j', (type, shapes, lists, attributes, message) => {
    expect(fault(type, shapes, lists, attributes)).toBe(message);
  });
});
