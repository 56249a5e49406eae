// Normalizations written in primitives: those that are newer than the opset of models, and those of the CPU.
import type { Value } from '../ir/graph.js';
import { normalAxis } from '../ir/shape.js';
import type { Emit } from '../ops/emit.js';
import { rankOf, staticShapeOf } from '../ops/valueTypes.js';
import { numberOf } from './attributeOf.js';
import type { Decomposition } from './legalize.js';

export const decomposeNormalization: Readonly<Record<string, Decomposition>> = {
  // X / √(mean(X²) + ε) · scale over the axes from `axis` on (ONNX RMSNormalization-23)
  RMSNormalization: (node, emit) => {
    const [x, scale] = [node.inputs[0]!, node.inputs[1]!];
    const from = normalAxis(numberOf(node, 'axis', -1), rankOf(x))!;
    const axes = Array.from({ length: rankOf(x) - from }, (_, index) => from + index);
    const mean = emit.reduceMean(emit.square(x), axes, true);
    return emit.mul(emit.div(x, root(emit, mean, numberOf(node, 'epsilon', 1e-5))), scale);
  },
  // (X − mean) / √(variance + ε) within each group of channels, then scale and bias by channel (opset 21)
  GroupNormalization: (node, emit) => {
    const [x, scale, bias] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]!];
    const shape = staticShapeOf(x);
    const grouped = emit.reshape(x, [shape[0]!, numberOf(node, 'num_groups', 1), -1]);
    const centred = emit.sub(grouped, emit.reduceMean(grouped, [2], true));
    const variance = emit.reduceMean(emit.square(centred), [2], true);
    const normal = emit.reshape(emit.div(centred, root(emit, variance, numberOf(node, 'epsilon', 1e-5))), shape);
    const byChannel = [-1, ...shape.slice(2).map(() => 1)];
    return emit.add(emit.mul(normal, emit.reshape(scale, byChannel)), emit.reshape(bias, byChannel));
  },
  // (X − mean)/(√variance + 1e-9)
  MeanVarianceNormalization: (node, emit) => {
    const x = node.inputs[0]!;
    const axes = node.attributes.axes?.kind === 'ints' ? node.attributes.axes.value : [0, 2, 3];
    const centred = emit.sub(x, emit.reduceMean(x, axes, true));
    const variance = emit.reduceMean(emit.square(centred), axes, true);
    return emit.div(centred, emit.add(emit.sqrt(variance), 1e-9));
  },
  // X / (bias + alpha/size · Σ X² over `size` neighbouring channels)^beta
  LRN: (node, emit) => {
    const x = node.inputs[0]!;
    const size = numberOf(node, 'size', 1);
    const shape = staticShapeOf(x);
    const before = Math.floor((size - 1) / 2);
    const pads = [...shape, ...shape].map((_, at) =>
      at === 1 ? before : at === shape.length + 1 ? size - 1 - before : 0,
    );
    const squares = emit.pad(emit.square(x), pads);
    const windows = Array.from({ length: size }, (_, at) => emit.slice(squares, [at], [at + shape[1]!], [1]));
    const sum = windows.reduce((left, right) => emit.add(left, right));
    const base = emit.add(emit.mul(sum, numberOf(node, 'alpha', 1e-4) / size), numberOf(node, 'bias', 1));
    return emit.div(x, emit.pow(base, numberOf(node, 'beta', 0.75)));
  },
};

function root(emit: Emit, variance: Value, epsilon: number): Value {
  return emit.sqrt(emit.add(variance, epsilon));
}
