// Pools of norms written in primitives that run on the GPU.
import type { Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { tensorOf } from '../ir/tensor.js';
import { readAttributes } from '../ops/attributes.js';
import { poolAttributes } from '../ops/convolution/poolInference.js';
import { geometryOf, unexpected, windowsOf } from '../ops/convolution/windowGeometry.js';
import type { Emit } from '../ops/emit.js';
import { staticShapeOf } from '../ops/valueTypes.js';
import { numberOf } from './attributeOf.js';
import type { Decomposition } from './legalize.js';

export const decomposePooling: Readonly<Record<string, Decomposition>> = {
  // (Σ |x|^p)^(1/p) over windows: the sum is a convolution with ones, each channel being an image of its own
  LpPool: (node, emit) => {
    const x = node.inputs[0]!;
    const [batch, channels, ...spatial] = staticShapeOf(x) as [number, number, ...number[]];
    const values = readAttributes(poolAttributes, node.attributes, node.type, node.name);
    const geometry = geometryOf(windowsOf(values.kernel_shape, values, unexpected), values, spatial);
    const ones = emit.constant(
      tensorOf('float32', [1, 1, ...geometry.kernel], new Float32Array(sizeOf(geometry.kernel)).fill(1)),
      'ones',
    );
    const p = numberOf(node, 'p', 2);
    const planes = emit.reshape(power(emit, x, p), [batch * channels, 1, ...spatial]);
    const sums = emit.node('Conv', [planes, ones], {
      kernel_shape: geometry.kernel,
      strides: geometry.strides,
      dilations: geometry.dilations,
      pads: [...geometry.begins, ...reachedEnds(geometry)],
    });
    return rooted(emit, emit.reshape(sums, [batch, channels, ...geometry.output]), p);
  },
  // (Σ |x|^p)^(1/p) over all of space
  GlobalLpPool: (node, emit) => {
    const x = node.inputs[0]!;
    const axes = staticShapeOf(x)
      .map((_, axis) => axis)
      .slice(2);
    const p = numberOf(node, 'p', 2);
    return rooted(emit, emit.reduceSum(power(emit, x, p), axes, true), p);
  },
};

/** Padding at the ends that makes the last window whole and no further window begin. */
function reachedEnds({ kernel, strides, dilations, begins, input, output }: ReturnType<typeof geometryOf>): number[] {
  return input.map((size, axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    return Math.max(0, (output[axis]! - 1) * strides[axis]! + reach - size - begins[axis]!);
  });
}

function power(emit: Emit, x: Value, p: number): Value {
  if (p === 2) return emit.square(x);
  return p === 1 ? emit.abs(x) : emit.pow(emit.abs(x), p);
}

function rooted(emit: Emit, sum: Value, p: number): Value {
  if (p === 2) return emit.sqrt(sum);
  return p === 1 ? sum : emit.pow(sum, 1 / p);
}
