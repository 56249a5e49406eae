// Rounding, signs, remainders, variadic sums and moves written in primitives that run on the GPU.
import { isFloat } from '../ir/dtype.js';
import type { Value } from '../ir/graph.js';
import { normalAxis } from '../ir/shape.js';
import { element, tensorOf } from '../ir/tensor.js';
import type { Emit } from '../ops/emit.js';
import { dtypeOf, rankOf, staticShapeOf } from '../ops/valueTypes.js';
import { gatherSamples } from '../ops/shaping/gridSample.js';
import { numberOf } from './attributeOf.js';
import type { Decomposition } from './legalize.js';

export const decomposeArithmetic: Readonly<Record<string, Decomposition>> = {
  Sign: ({ inputs: [x] }, emit) => emit.sign(x!),
  // The floor, or one more: above a half, and at a half where the floor is odd
  Round: ({ inputs: [x] }, emit) => {
    const floor = emit.node('Floor', [x!]);
    const rest = emit.sub(x!, floor);
    const half = emit.mul(floor, 0.5);
    const odd = emit.greater(half, emit.node('Floor', [half]));
    const atHalf = emit.indicator(emit.and(emit.equal(rest, 0.5), odd), x!);
    return emit.add(floor, emit.where(emit.greater(rest, 0.5), 1, atHalf));
  },
  Or: ({ inputs: [a, b] }, emit) => emit.not(emit.and(emit.not(a!), emit.not(b!))),
  Xor: ({ inputs: [a, b] }, emit) => emit.not(emit.equal(emit.cast(a!, 'float32'), emit.cast(b!, 'float32'))),
  // Exponents of another type than the base's
  Pow: ({ inputs: [a, b] }, emit) =>
    dtypeOf(a!) === dtypeOf(b!) ? undefined : emit.pow(a!, emit.cast(b!, dtypeOf(a!))),
  Sum: ({ inputs }, emit) => total(emit, inputs as Value[]),
  Mean: ({ inputs }, emit) => emit.mul(total(emit, inputs as Value[]), 1 / inputs.length),
  Mod: (node, emit) => {
    const [a, b] = [node.inputs[0]!, node.inputs[1]!];
    // int64 is shape arithmetic and belongs on the CPU.
    if (dtypeOf(a) === 'int64') return undefined;
    const ratio = emit.div(a, b);
    if (!isFloat(dtypeOf(a))) return integerModulus(emit, a, b, ratio, numberOf(node, 'fmod', 0) !== 0);
    // A − B·trunc(A/B): exact while the quotient is below 2²⁴
    const truncated = emit.mul(emit.node('Floor', [emit.abs(ratio)]), emit.sign(ratio));
    return emit.sub(a, emit.mul(b, truncated));
  },
  OneHot: (node, emit) => {
    const [indices, depth, values] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]!];
    const axis = normalAxis(numberOf(node, 'axis', -1), rankOf(indices) + 1);
    if (!depth.constant || axis === undefined || dtypeOf(indices) === 'int64') return undefined;
    const count = element(depth.constant, 0);
    const shape = Array.from({ length: rankOf(indices) + 1 }, (_, at) => (at === axis ? count : 1));
    const places = emit.constant(
      tensorOf(
        dtypeOf(indices),
        shape,
        Array.from({ length: count }, (_, at) => at),
      ),
      'places',
    );
    const wrapped = emit.where(emit.less(indices, 0), emit.add(indices, count), indices);
    const hot = emit.equal(emit.unsqueeze(wrapped, [axis]), places);
    return emit.where(hot, oneOf(emit, values, 1), oneOf(emit, values, 0));
  },
  GridSample: gatherSamples,
  // [N, C, H, W] → [N, C·b², H/b, W/b]
  SpaceToDepth: (node, emit) => {
    const x = node.inputs[0]!;
    const block = numberOf(node, 'blocksize', 1);
    const [n, c, h, w] = staticShapeOf(x) as [number, number, number, number];
    const blocks = emit.reshape(x, [n, c, h / block, block, w / block, block]);
    return emit.reshape(emit.transpose(blocks, [0, 3, 5, 1, 2, 4]), [n, c * block * block, h / block, w / block]);
  },
};

function total(emit: Emit, values: readonly Value[]): Value {
  return values.reduce((sum, next) => emit.add(sum, next));
}

/** Integer division truncates, so the remainder has A's sign; ONNX wants B's unless fmod is set. */
function integerModulus(emit: Emit, a: Value, b: Value, quotient: Value, fmod: boolean): Value {
  const remainder = emit.sub(a, emit.mul(b, quotient));
  if (fmod) return remainder;
  const differs = emit.less(emit.mul(emit.sign(remainder), emit.sign(b)), 0);
  return emit.where(differs, emit.add(remainder, b), remainder);
}

/** One of two numbers, [1]. Slices of integers become a Split in onnxruntime, which it computes on the processor. */
function oneOf(emit: Emit, pair: Value, index: 0 | 1): Value {
  if (isFloat(dtypeOf(pair))) return emit.slice(pair, [index], [index + 1], [0]);
  const mask = emit.constant(tensorOf(dtypeOf(pair), [2], [1 - index, index]), 'mask');
  return emit.reduceSum(emit.mul(pair, mask), [0], true);
}
