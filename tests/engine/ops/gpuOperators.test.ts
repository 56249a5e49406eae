// Gradients are made of operators that onnxruntime-web 1.30 runs on the GPU: one on the CPU would copy and stall each step.
import { describe, expect, it } from 'vitest';
import { buildSubject } from '../../../engine/autodiff/gradientSubject.js';
import { subjectOf } from '../../../engine/autodiff/examineCase.js';
import { allCases } from '../../../engine/ops/cases.js';
import { definitionOf } from '../../../engine/ops/index.js';

const onGpu = new Set(
  `Abs Ceil Floor Cos Sin Tan Asin Acos Atan Sinh Cosh Atanh Tanh Exp Log Sqrt Neg Reciprocal Erf Gelu Elu Relu
  LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Softplus Mish ThresholdedRelu Softmax LpNormalization Add Sub Mul Div
  Pow Max Min Clip Greater GreaterOrEqual Less LessOrEqual Equal And Not Or Where ReduceSum ReduceMean ReduceMax
  ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp MatMul Gemm Einsum Conv
  ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization InstanceNormalization
  LayerNormalization Transpose Reshape Squeeze Unsqueeze Flatten Concat Split Slice Pad Expand Tile Resize Gather
  GatherElements GatherND ScatterND ScatterElements CumSum TopK Trilu DepthToSpace Cast Identity`.split(/\s+/),
);

describe('gradients run on the GPU', () => {
  for (const op of allCases)
    it(op.type, () => {
      const definition = definitionOf(op.type)!;
      const strangers = new Set<string>();
      for (const example of op.cases) {
        if (example.gradient === false) continue;
        const { graph } = buildSubject(subjectOf(definition, example), 'float32', 2);
        for (const node of graph.nodes) {
          if (node.type === op.type) continue;
          if (!onGpu.has(node.type)) strangers.add(`${example.name}: ${node.type}`);
          // Indices and shapes that are fed as int64 stay what they are; casting them needs the CPU.
          const [input] = node.inputs;
          if (node.type === 'Cast' && input?.dtype === 'int64' && !input.constant)
            strangers.add(`${example.name}: Cast from int64`);
        }
      }
      expect([...strangers]).toEqual([]);
    });
});
