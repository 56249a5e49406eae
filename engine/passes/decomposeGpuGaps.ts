// What onnxruntime 1.30 has on the GPU, but not for every type, attribute or place of its operands.
import { isFloat } from '../ir/dtype.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Node, Value } from '../ir/graph.js';
import { normalAxis, sizeOf } from '../ir/shape.js';
import { element, elements, tensorOf } from '../ir/tensor.js';
import { readAttributes, type AttributeArguments } from '../ops/attributes.js';
import { poolAttributes } from '../ops/convolution/poolInference.js';
import { geometryOf, unexpected, windowsOf } from '../ops/convolution/windowGeometry.js';
import type { Emit } from '../ops/emit.js';
import { definitionOf } from '../ops/index.js';
import { parseEquation } from '../ops/linear/einsumEquation.js';
import { dtypeOf, rankOf, staticShapeOf } from '../ops/valueTypes.js';
import { numberOf } from './attributeOf.js';
import type { Decomposition } from './legalize.js';

export const decomposeGpuGaps: Readonly<Record<string, Decomposition>> = {
  // Integers; a product with −1 would be simplified to Neg again
  Neg: ({ inputs: [x] }, emit) => (isFloat(dtypeOf(x!)) ? undefined : emit.div(x!, -1)),
  Slice: (node, emit) => {
    const [x, starts, ends, axes, steps] = node.inputs as [Value, Value, Value, Value?, Value?];
    if (isFloat(dtypeOf(x)) || [starts, ends, axes, steps].some((value) => value && !value.constant)) return undefined;
    const shape = staticShapeOf(x);
    return elements(starts.constant!).reduce((sliced, first, at) => {
      const axis = axes ? normalAxis(element(axes.constant!, at), shape.length)! : at;
      const step = steps ? element(steps.constant!, at) : 1;
      const taken = sliceIndices(first, element(ends.constant!, at), step, shape[axis]!);
      return emit.gather(sliced, emit.constant(tensorOf('int32', [taken.length], taken), 'places'), axis);
    }, x);
  },
  IsNaN: ({ inputs: [x] }, emit) => emit.not(emit.equal(x!, x!)),
  IsInf: (node, emit) => {
    const x = node.inputs[0]!;
    const above = (): Value => emit.equal(x, Infinity);
    const below = (): Value => emit.equal(x, -Infinity);
    if (numberOf(node, 'detect_negative', 1) === 0) return above();
    return numberOf(node, 'detect_positive', 1) === 0 ? below() : emit.or(above(), below());
  },
  // Truth values
  Transpose: (node, emit) => {
    const x = node.inputs[0]!;
    if (dtypeOf(x) !== 'bool') return undefined;
    return emit.cast(emit.node('Transpose', [emit.cast(x, 'float32')], given(node)), 'bool');
  },
  // Limits that are computed: onnxruntime reads them on the processor. The upper one wins, as in its own.
  Clip: ({ inputs: [x, low, high] }, emit) => {
    if ([low, high].every((limit) => !limit || limit.constant)) return undefined;
    const raised = low ? emit.max(x!, low) : x!;
    return high ? emit.min(raised, high) : raised;
  },
  // An ellipsis, written out
  Einsum: (node, emit) => {
    const { equation } = node.attributes;
    if (equation?.kind !== 'string' || !equation.value.includes('...')) return undefined;
    const operands = node.inputs as Value[];
    const { terms, output } = parseEquation(equation.value, operands.map(rankOf), (_, sentence) => {
      throw new EngineError('passes.einsum', `Einsum '${node.name}': ${sentence}`);
    });
    return emit.node('Einsum', operands, { equation: `${terms.join()}->${output}` });
  },
  // A scale or bias that broadcasts
  LayerNormalization: (node, emit) => {
    const [x, scale, bias] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]];
    const shape = staticShapeOf(x);
    const normal = shape.slice(numberOf(node, 'axis', -1));
    const whole = (value: Value | undefined): boolean => !value || sizeOf(staticShapeOf(value)) === sizeOf(normal);
    if (whole(scale) && whole(bias)) return undefined;
    return emit.node(
      'LayerNormalization',
      [x, emit.expand(scale, normal), bias && emit.expand(bias, normal)],
      given(node),
    );
  },
  // Groups, one by one: with several filters a group the GPU's results are wrong
  ConvTranspose: (node, emit) => {
    const groups = numberOf(node, 'group', 1);
    if (groups === 1) return undefined;
    const [x, w, bias] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]];
    const width = (value: Value, axis: number): number[] =>
      new Array<number>(groups).fill(staticShapeOf(value)[axis]! / groups);
    const images = emit.split(x, width(x, 1), 1);
    const kernels = emit.split(w, width(w, 0), 0);
    const biases = bias && emit.split(bias, width(bias, 0), 0);
    const parts = images.map((image, at) =>
      emit.node('ConvTranspose', [image, kernels[at], biases?.[at]], { ...given(node), group: 1 }),
    );
    return emit.concat(parts, 1);
  },
};

/** What a slice takes of an axis, as numpy's `start:end:step`. */
function sliceIndices(start: number, end: number, step: number, size: number): number[] {
  const bounded = (at: number): number => {
    const place = at < 0 ? at + size : at;
    return step > 0 ? Math.min(size, Math.max(0, place)) : Math.min(size - 1, Math.max(-1, place));
  };
  const [from, to] = [bounded(start), bounded(end)];
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, at) => from + at * step);
}

/** MaxPool and the flat indices of its maxima, the first where there are several: one window element after the other. */
export function decomposeMaxIndices(node: Node, emit: Emit): Value[] {
  const x = node.inputs[0]!;
  const [batch, channels, ...spatial] = staticShapeOf(x) as [number, number, ...number[]];
  const values = readAttributes(poolAttributes, node.attributes, node.type, node.name);
  const { kernel, strides, dilations, begins, input, output } = geometryOf(
    windowsOf(values.kernel_shape, values, unexpected),
    values,
    spatial,
  );
  const reach = kernel.map((size, axis) => (output[axis]! - 1) * strides[axis]! + (size - 1) * dilations[axis]! + 1);
  const ends = reach.map((size, axis) => Math.max(0, size - input[axis]! - begins[axis]!));
  const padded = emit.pad(x, [0, 0, ...begins, 0, 0, ...ends], -3.4028234663852886e38);
  const axes = kernel.map((_, axis) => axis + 2);
  let best: Value | undefined;
  let place: Value | undefined;
  for (const tap of indicesIn(kernel)) {
    const starts = tap.map((at, axis) => at * dilations[axis]!);
    const stops = starts.map((start, axis) => start + (output[axis]! - 1) * strides[axis]! + 1);
    const here = emit.slice(padded, starts, stops, axes, strides);
    // Where it lies in its plane
    const flat = indicesIn(output).map((at) =>
      at.reduce((sum, step, axis) => sum * input[axis]! + step * strides[axis]! + starts[axis]! - begins[axis]!, 0),
    );
    const there = emit.constant(tensorOf('int32', [1, 1, ...output], flat), 'places');
    const larger: Value | undefined = best && emit.greater(here, best);
    place = larger ? emit.where(larger, there, place!) : emit.expand(there, [batch, channels, ...output]);
    best = larger ? emit.where(larger, here, best!) : here;
  }
  const planes = Array.from({ length: batch * channels }, (_, at) => at * sizeOf(input));
  const plane = emit.constant(tensorOf('int32', [batch, channels, ...output.map(() => 1)], planes), 'planes');
  return [best!, emit.cast(emit.add(place!, plane), dtypeOf(node.outputs[1]!))];
}

/** All index tuples of a box, the last one running fastest. */
function indicesIn(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (tuples, size) => tuples.flatMap((tuple) => Array.from({ length: size }, (_, at) => [...tuple, at])),
    [[]],
  );
}

/** The attributes that a node has. */
function given(node: Node): AttributeArguments {
  return readAttributes(definitionOf(node.type)!.attributes, node.attributes, node.type, node.name);
}
