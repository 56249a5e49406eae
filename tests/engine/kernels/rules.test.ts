// Every kernel rule against onnxruntime and the cases' expectations, computed on the CPU: needs no GPU.
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../engine/autodiff/examineCase.js';
import { buildSubject, type BuiltSubject } from '../../../engine/autodiff/gradientSubject.js';
import type { Node, Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { element, setElement, zeros, type Tensor } from '../../../engine/ir/tensor.js';
import { Expressions } from '../../../engine/kernels/expressions.js';
import { kernelRules, ruleOf } from '../../../engine/kernels/rules/index.js';
import { RuleContext } from '../../../engine/kernels/rules/kernelRule.js';
import { scalarTypeOf } from '../../../engine/kernels/scalarTypes.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { allCases } from '../../../engine/ops/cases.js';
import type { OpCase } from '../../../engine/ops/defineCases.js';
import { allDefinitions, definitionOf } from '../../../engine/ops/index.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ExpressionEvaluator } from './evaluateExpression.js';
import { tensorError } from './tensorError.js';

/** Cases that onnxruntime computes, with the reason. */
const withoutRule: Readonly<Record<string, string>> = {
  'Cast: float32 to float64': 'float64',
  'ConstantOfShape: a given value, a fed shape': 'shape known at run time only',
  'Range: fed bounds, downwards': 'shape known at run time only',
};

function build(type: string, example: OpCase): BuiltSubject {
  return buildSubject(subjectOf(definitionOf(type)!, example), 'float32', 0);
}

function evaluateNode(node: Node, feeds: Readonly<Record<string, Tensor>>): Tensor[] {
  const e = new Expressions();
  const tensorOf = (value: Value): Tensor => value.constant ?? feeds[value.name]!;
  const context = new RuleContext(node, e, (port, index) => {
    const value = node.inputs[port]!;
    const flat = e.flatten(index, value.shape as readonly number[]);
    return e.load(value, scalarTypeOf(value.dtype!)!, flat);
  });
  const evaluator = new ExpressionEvaluator((source, index) => {
    const tensor = tensorOf(source);
    // WebGPU keeps loads within bounds; what they give is not used.
    return element(tensor, Math.min(Math.max(index, 0), tensor.data.length - 1));
  });
  return node.outputs.map((value, output) => {
    const shape = value.shape as readonly number[];
    const result = zeros(value.dtype!, shape);
    const position = e.variable(sizeOf(shape), 'i');
    const expression = ruleOf(node)!.element(context, e.unflatten(position, shape), output);
    for (let at = 0; at < result.data.length; at++) {
      evaluator.set(position, at);
      setElement(result, at, evaluator.evaluate(expression));
    }
    return result;
  });
}

describe('kernel rules', () => {
  for (const { type, cases } of allCases)
    for (const example of cases) {
      const name = `${type}: ${example.name}`;
      if (withoutRule[name] || !kernelRules[type]) continue;
      it(name, async () => {
        const { graph, feeds, outputs } = build(type, example);
        const node = outputs[0]!.producer!;
        expect(ruleOf(node)).toBeDefined();
        const session = await ortNative.open(encodeModel(graph), { threads: 1 });
        const results = await session.run(feeds);
        await session.dispose();
        const computed = evaluateNode(node, feeds);
        outputs.forEach((value, at) => {
          const tolerance = example.forwardTolerance ?? 1e-5;
          for (const wanted of [results[value.name]!, example.expected?.[at]])
            if (wanted) expect(tensorError(computed[at]!, wanted)).toBeLessThanOrEqual(tolerance);
        });
      });
    }
});

describe('what goes to onnxruntime', () => {
  it('are these operators', () => {
    const missing = allDefinitions().filter(({ type, domain }) => domain === '' && !kernelRules[type]);
    expect(missing.map(({ type }) => type).sort()).toEqual(['GRU', 'LSTM', 'RNN']);
  });

  it('are these cases', () => {
    const found = allCases.flatMap(({ type, cases }) =>
      cases
        .filter((example) => kernelRules[type] && !ruleOf(build(type, example).outputs[0]!.producer!))
        .map(({ name }) => `${type}: ${name}`),
    );
    expect(found.sort()).toEqual(Object.keys(withoutRule).sort());
  });
});
