import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import type { Shape } from '../../../engine/ir/shape.js';
import { elements, tensorOf, zeros, type Tensor } from '../../../engine/ir/tensor.js';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import type { AttributeArguments } from '../../../engine/ops/attributes.js';
import { Emit } from '../../../engine/ops/emit.js';
import { indexing } from '../../../engine/ops/indexing/index.js';
import { reduction } from '../../../engine/ops/reduction/index.js';
import { shaping } from '../../../engine/ops/shaping/index.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { applications, apply, drawsFrom, type Application } from './applications.js';

const ints =
  (...lists: (readonly number[] | undefined)[]) =>
  (emit: Emit): (Value | undefined)[] =>
    lists.map((list) => list && emit.ints(list));

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

describe('gradients', () => {
  it('are with a symbolic batch what they are with a fixed one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(9999)), async (stream) => {
        const draw = drawsFrom(stream);
        const fixed = new Emit(new Graph());
        const open = new Emit(new Graph());
        const feeds: Record<string, Tensor> = {};
        const pairs: [type: string, Value, Value][] = [];
        for (const [type, make] of Object.entries(applications)) {
          const application = make(draw);
          // A symbolic dimension counts as one that does not broadcast.
          if (application.shapes[0]![0] === 1) continue;
          const gradients = gradientsOf(fixed, type, application, feeds);
          for (const [at, gradient] of gradientsOf(open, type, application, feeds, application.shapes[0]![0]).entries())
            if (gradient && gradients[at]) pairs.push([type, gradients[at], gradient]);
        }
        for (const [, expected, symbolic] of pairs) {
          fixed.output(expected);
          open.output(symbolic);
        }
        const [first, second] = await Promise.all([fixed, open].map(({ graph }) => run(graph, feeds)));
        for (const [type, expected, symbolic] of pairs)
          expect([type, rounded(second![symbolic.name]!)]).toEqual([type, rounded(first![expected.name]!)]);
      }),
      { numRuns: 40 },
    );
  });
});

/** Shape and numbers to four decimals, -0 as 0. */
function rounded(result: Tensor): unknown {
  return [[...result.shape], elements(result).map((value) => Math.round(value * 1e4) / 1e4 + 0)];
}

/** Gradients of Σ y² with respect to the float inputs; none where the operator needs a fixed size. */
function gradientsOf(
  emit: Emit,
  type: string,
  application: Application,
  feeds: Record<string, Tensor>,
  batch?: number,
): (Value | undefined)[] {
  const { inputs, outputs } = apply(emit, type, application, batch);
  inputs.forEach((input, at) => {
    const blank = zeros(input.dtype!, application.shapes[at]!);
    feeds[input.name] =
      input.dtype === 'int64'
        ? blank
        : tensorOf(
            'float32',
            blank.shape,
            [...blank.data].map((_, place) => Math.sin(place + 1)),
          );
  });
  const [y] = outputs;
  if (!y?.shape || y.dtype !== 'float32') return [];
  try {
    const floats = inputs.filter(({ dtype }) => dtype === 'float32');
    return differentiate(emit, [{ value: y, gradient: emit.mul(y, 2) }], floats);
  } catch (error) {
    if (error instanceof EngineError && /dynamic|shapeless/.test(error.code)) return [];
    throw error;
  }
}

async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  const results = await session.run(feeds);
  await session.dispose();
  return results;
}

function compatible(symbolic: Shape | undefined, known: Shape, batch: number): boolean {
  if (!symbolic) return true;
  return (
    symbolic.length === known.length &&
    symbolic.every((dim, axis) => dim === null || (typeof dim === 'string' ? batch : dim) === known[axis])
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
