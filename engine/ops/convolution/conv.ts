// Conv: cross-correlation over any number of spatial axes, grouped, dilated, strided (ONNX Conv-11).
import type { Value } from '../../ir/graph.js';
import { dimsConflict, formatShape, isStatic } from '../../ir/shape.js';
import { knownSize } from '../inference.js';
import { int, ints } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { shapeOf, staticShapeOf } from '../valueTypes.js';
import { convInputGradient } from './convInputGradient.js';
import { convWeightGradient } from './convWeightGradient.js';
import type { Convolution } from './convolution.js';
import { geometryOf, unexpected, windowAttributes, windowedDims, windowsOf } from './windowGeometry.js';

const attributes = { ...windowAttributes, kernel_shape: ints(), dilations: ints(), group: int(1) };

export const conv = defineOp({
  type: 'Conv',
  since: 11,
  inputs: ['X', 'W', 'B?'],
  outputs: ['Y'],
  attributes,
  // Y [N, Co, …]: ⌊(in + pads − ((k − 1)·d + 1)) / s⌋ + 1 an axis
  infer: ({ X, W, B, attributes: values, fail }) => {
    if (X.shape.length < 3) fail('X', `rank must be at least 3 (batch, channels, space), got ${formatShape(X.shape)}`);
    if (W.shape.length !== X.shape.length)
      fail('W', `rank must equal the input's ${X.shape.length}, got ${formatShape(W.shape)}`);
    if (X.dtype !== W.dtype) fail('W', `element type must equal the input's ${X.dtype}, got ${W.dtype}`);
    const { group } = values;
    const [inputs, weights, outputs] = [X.shape[1]!, W.shape[1]!, W.shape[0]!];
    if (typeof inputs === 'number' && typeof weights === 'number' && inputs !== weights * group)
      fail('W', `input channels ${inputs} must equal weight channels ${weights} × group ${group}`);
    if (typeof outputs === 'number' && outputs % group !== 0)
      fail('W', `output channels ${outputs} must be a multiple of group ${group}`);
    if (B && (B.shape.length !== 1 || dimsConflict(B.shape[0]!, outputs)))
      fail('B', `shape must be ${formatShape([outputs])}, got ${formatShape(B.shape)}`);
    const kernel = W.shape.slice(2);
    if (values.kernel_shape?.some((size, axis) => dimsConflict(size, kernel[axis] ?? null)))
      fail('kernel_shape', `must be the weight's ${formatShape(kernel)}, got [${values.kernel_shape.join(', ')}]`);
    const sizes = isStatic(kernel) ? kernel : values.kernel_shape;
    if (!sizes) return [{ dtype: X.dtype, shape: [X.shape[0]!, outputs, ...kernel.map(() => null)] }];
    const windows = windowsOf(sizes, values, fail);
    return [
      { dtype: X.dtype, shape: [X.shape[0]!, outputs, ...windowedDims(X.shape.slice(2), windows, values, fail)] },
    ];
  },
  gradient: {
    X: ({ emit, X, W, dY, attributes: values }) => convInputGradient(emit, convolutionOf(X, W, values), W, dY),
    W: ({ emit, X, W, dY, attributes: values }) => convWeightGradient(emit, convolutionOf(X, W, values), X, dY),
    B: ({ emit, dY }) =>
      emit.reduceSum(
        dY,
        shapeOf(dY)
          .map((_, axis) => axis)
          .filter((axis) => axis !== 1),
      ),
  },
  flops: (node) => {
    const [output, weights] = [node.outputs[0]?.shape, node.inputs[1]?.shape];
    return output && weights ? 2 * knownSize(output) * knownSize(weights.slice(1)) : 0;
  },
});

type Values = Parameters<typeof geometryOf>[1] & { readonly group: number };

function convolutionOf(x: Value, w: Value, values: Values): Convolution {
  const [batch, inputChannels, ...input] = staticShapeOf(x) as [number, number, ...number[]];
  const [outputChannels, , ...kernel] = staticShapeOf(w) as [number, number, ...number[]];
  const geometry = geometryOf(windowsOf(kernel, values, unexpected), values, input);
  return { ...geometry, batch, inputChannels, outputChannels, group: values.group };
}
