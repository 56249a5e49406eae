// The kernel rule of Einsum: a sum of products over the labels that the output lacks.
import type { Node } from '../../ir/graph.js';
import { parseEquation, type Equation } from '../../ops/linear/einsumEquation.js';
import { unexpected } from '../../ops/convolution/windowGeometry.js';
import type { Expression } from '../expression.js';
import { sumOver, wide } from './formula.js';
import type { RuleContext } from './kernelRule.js';

function equationOf(node: Node): Equation {
  const given = node.attributes.equation;
  const ranks = node.inputs.map((input) => input!.shape!.length);
  return parseEquation(given?.kind === 'string' ? given.value : '', ranks, unexpected);
}

function sizesOf(node: Node, { terms }: Equation): Map<string, number> {
  const sizes = new Map<string, number>();
  terms.forEach((term, port) => {
    Array.from(term).forEach((label, axis) => {
      sizes.set(label, Math.max(sizes.get(label) ?? 1, node.inputs[port]!.shape![axis] as number));
    });
  });
  return sizes;
}

/** The most products of three or more operands that are made in one go; two at a time would be fewer. */
const mostProducts = 2 ** 24;

/** Whether one reduction over all labels is a fair way to compute it. */
export function isContraction(node: Node): boolean {
  const sizes = [...sizesOf(node, equationOf(node)).values()];
  return node.inputs.length <= 2 || sizes.reduce((product, size) => product * size, 1) <= mostProducts;
}

export function einsum(context: RuleContext, index: readonly Expression[]): Expression {
  const { e, node } = context;
  const equation = equationOf(node);
  const { terms, output } = equation;
  const sizes = sizesOf(node, equation);
  const summed = [...sizes.keys()].filter((label) => !output.includes(label));
  const extents = summed.map((label) => sizes.get(label)!);
  return sumOver(e, context.outputType(), extents, (inner) => {
    const at = (label: string): Expression =>
      output.includes(label) ? index[output.indexOf(label)]! : inner[summed.indexOf(label)]!;
    return terms
      .map((term, port) =>
        wide(
          e,
          context.input(
            port,
            Array.from(term, (label, axis) => (context.inputShape(port)[axis] === 1 ? e.int(0) : at(label))),
          ),
        ),
      )
      .reduce((left, right) => e.call('*', [left, right]));
  });
}
