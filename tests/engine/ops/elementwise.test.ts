// Elementwise operators: what they refuse, and symbolic dimensions.
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

function emitted(build: (emit: Emit, input: (...shape: (number | string)[]) => Value) => Value): Value {
  const emit = new Emit(new Graph());
  let count = 0;
  return build(emit, (...shape) => emit.input(`x${count++}`, 'float32', shape));
}

describe('elementwise operators refuse', () => {
  it('shapes that do not broadcast', () => {
    expect(() => emitted((emit, x) => emit.add(x(2, 3), x(2)))).toThrow(
      "Add 'Add': shapes [2, 3] and [2] do not broadcast",
    );
    expect(() => emitted((emit, x) => emit.node('Max', [x(2), x(3), x(1)]))).toThrow(
      "Max 'Max': shapes [2], [3], [1] do not broadcast",
    );
  });

  it('mixed element types', () => {
    expect(() => emitted((emit, x) => emit.mul(x(2), emit.ints([1, 2])))).toThrow(
      "Mul 'Mul': A and B must have one element type, got float32 and int64",
    );
  });

  it('element types that the function is not defined for', () => {
    expect(() => emitted((emit) => emit.exp(emit.ints([1])))).toThrow("Exp 'Exp': X must be a float, got int64");
    expect(() => emitted((emit, x) => emit.not(x(1)))).toThrow("Not 'Not': X must be bool, got float32");
    expect(() => emitted((emit, x) => emit.neg(emit.greater(x(1), 0)))).toThrow(
      "Neg 'Neg': X must be a number, got bool",
    );
    expect(() => emitted((emit, x) => emit.and(x(1), x(1)))).toThrow("And 'And': A and B must be bool, got float32");
    expect(() => emitted((emit, x) => emit.node('Where', [x(1), x(1), x(1)]))).toThrow(
      "Where 'Where': condition must be bool, got float32",
    );
  });

  it('random numbers of the runtime', () => {
    const training = tensorOf('bool', [], [1]);
    expect(() => emitted((emit, x) => emit.node('Dropout', [x(2), undefined, emit.constant(training)]))).toThrow(
      /Dropout 'Dropout': must be false: random numbers come from named fields/,
    );
  });
});

describe('elementwise operators with symbolic dimensions', () => {
  it('infer the joined shape', () => {
    expect(emitted((emit, x) => emit.add(x('batch', 3), x(3))).shape).toEqual(['batch', 3]);
    expect(emitted((emit, x) => emit.add(x('batch', 1), x('batch', 4))).shape).toEqual(['batch', 4]);
    expect(emitted((emit, x) => emit.add(x('batch', 1), x('time', 4))).shape).toEqual([null, 4]);
  });

  it('are differentiated for any batch', async () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const x = emit.input('x', 'float32', ['batch', 2]);
    const w = emit.input('w', 'float32', [2]);
    const [gradient] = differentiate(emit, [{ value: emit.mul(emit.square(x), w) }], [w]);
    emit.output(gradient!);
    const session = await ortNative.open(encodeModel(graph), { threads: 1 });
    const weights = tensorOf('float32', [2], [5, 7]);
    const result = await session.run({ x: tensorOf('float32', [3, 2], [1, 2, 3, 4, 5, 6]), w: weights });
    await session.dispose();
    expect(elements(result[gradient!.name]!)).toEqual([1 + 9 + 25, 4 + 16 + 36]);
  });
});
