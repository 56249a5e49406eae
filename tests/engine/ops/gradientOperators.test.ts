import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { isFloat } from '../../../engine/ir/dtype.js';
import { Graph, type Node, type Value } from '../../../engine/ir/graph.js';
import { isStatic } from '../../../engine/ir/shape.js';
import { allCases } from '../../../engine/ops/cases.js';
import type { OpCase } from '../../../engine/ops/defineCases.js';
import { Emit } from '../../../engine/ops/emit.js';

/** What onnxruntime-web 1.30 runs on the GPU, as read from its node placement. */
const onGpu = new Set(
  (
    'Abs Ceil Floor Cos Sin Tan Asin Acos Atan Sinh Cosh Atanh Tanh Exp Log Sqrt Neg Reciprocal Erf Gelu Elu Relu ' +
    'LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Softplus Mish ThresholdedRelu Softmax LpNormalization Add Sub Mul ' +
    'Div Pow Max Min Clip Greater GreaterOrEqual Less LessOrEqual Equal And Not Where ReduceSum ReduceMean ReduceMax ' +
    'ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp MatMul Gemm Einsum Conv ' +
    'ConvTranspose MaxPool AveragePool BatchNormalization InstanceNormalization LayerNormalization RMSNormalization ' +
    'Transpose Reshape Squeeze Unsqueeze Flatten Identity Cast Concat Split Slice Pad Expand Tile Resize Gather ' +
    'GatherElements GatherND ScatterND ScatterElements CumSum TopK Trilu DepthToSpace'
  ).split(' '),
);

/** The nodes that the gradients of a case add, and those of its second gradients, under one lowering. */
function gradientNodes(type: string, example: OpCase, twice: boolean, lowering: number): Node[] {
  const emit = new Emit(new Graph(), { pick: (_kind, _key, names) => names[lowering % names.length] });
  const inputs = example.inputs.map((input, at) => {
    if (!input) return undefined;
    const { tensor } = input;
    return input.constant ? emit.constant(tensor) : emit.input(`x${at}`, tensor.dtype, tensor.shape);
  });
  const outputs = emit.nodes(type, inputs, example.attributes ?? {}, example.outputs ?? 1);
  const forward = emit.graph.nodes.length;
  const wanted = inputs.filter((value): value is Value => isFloat(value?.dtype) && !value?.constant);
  const seeds = outputs.filter(({ dtype, shape }) => isFloat(dtype) && isStatic(shape)).map((value) => ({ value }));
  try {
    const gradients = differentiate(emit, seeds, wanted).filter((value) => value !== undefined);
    const again = gradients.map((value) => ({ value }));
    if (twice) differentiate(emit, again, wanted);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'gradient.missing')) throw error;
  }
  return emit.graph.nodes.slice(forward);
}

describe('gradients consist of operators that run on the GPU', () => {
  it.each(allCases.map((op) => ({ type: op.type, op })))('$type', ({ op }) => {
    const strangers = new Set<string>();
    for (const example of op.cases.filter(({ gradient }) => gradient !== false))
      for (const lowering of [0, 1, 2])
        for (const node of gradientNodes(op.type, example, example.smooth ?? op.smooth, lowering)) {
          // An integer exponent has to become a number.
          const fromWide = node.type === 'Cast' && node.inputs[0]?.dtype === 'int64' && op.type !== 'Pow';
          if (!onGpu.has(node.type) || fromWide) strangers.add(fromWide ? 'Cast from int64' : node.type);
        }
    expect([...strangers]).toEqual([]);
  });
});
