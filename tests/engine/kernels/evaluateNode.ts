// Computes a node by its kernel rule on the CPU.
import type { Node, Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { element, setElement, zeros, type Tensor } from '../../../engine/ir/tensor.js';
import { Expressions } from '../../../engine/kernels/expressions.js';
import { ruleOf } from '../../../engine/kernels/rules/index.js';
import { RuleContext } from '../../../engine/kernels/rules/kernelRule.js';
import { scalarTypeOf } from '../../../engine/kernels/scalarTypes.js';
import { ExpressionEvaluator } from './evaluateExpression.js';

/** Every output's elements, one by one, as the rule says them of the inputs' elements. */
export function evaluateNode(node: Node, tensorOf: (value: Value) => Tensor): Tensor[] {
  const e = new Expressions();
  const context = new RuleContext(node, e, (port, index) => {
    const value = node.inputs[port]!;
    return e.load(value, scalarTypeOf(value.dtype!)!, e.flatten(index, value.shape as readonly number[]));
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
