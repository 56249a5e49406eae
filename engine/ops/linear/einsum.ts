// Einsum: sums of products over named axes (ONNX Einsum-12).
import type { Node, Value } from '../../ir/graph.js';
import { broadcastShapes, type Dim, type Shape } from '../../ir/shape.js';
import { requiredText } from '../attributes.js';
import { defineOp, type KnownInput } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, shapeOf, staticShapeOf } from '../valueTypes.js';
import { knownSize } from '../inference.js';
import { parseEquation, type Equation } from './einsumEquation.js';

export const einsum = defineOp({
  type: 'Einsum',
  since: 12,
  inputs: ['Inputs...'],
  outputs: ['Output'],
  attributes: { equation: requiredText() },
  infer: ({ Inputs, attributes: { equation }, fail }) => {
    const sizes = labelSizes(parseEquation(equation, ranksOf(Inputs), fail), Inputs, fail);
    const { output } = parseEquation(equation, ranksOf(Inputs), fail);
    return [{ dtype: Inputs[0]!.dtype, shape: Array.from(output).map((label) => sizes.get(label)!) }];
  },
  // The gradient of operand i is the sum of products of dY and the other operands, over what i lacks.
  gradient: {
    Inputs: ({ emit, Inputs, dY, attributes: { equation } }, index) => {
      const parsed = parseEquation(equation, Inputs.map(rankOf), refused);
      return operandGradient(emit, parsed, Inputs, dY, index);
    },
  },
  flops: einsumFlops,
});

type Fail = (port: string, sentence: string) => never;

function ranksOf(inputs: readonly KnownInput[]): number[] {
  return inputs.map(({ shape }) => shape.length);
}

function refused(_port: string, sentence: string): never {
  throw new RangeError(sentence);
}

/** The size of each label; operands may have size 1 where others are larger. */
function labelSizes({ terms }: Equation, inputs: readonly { readonly shape: Shape }[], fail: Fail): Map<string, Dim> {
  const sizes = new Map<string, Dim>();
  terms.forEach((term, at) => {
    Array.from(term).forEach((label, axis) => {
      const dim = inputs[at]!.shape[axis]!;
      const joined = broadcastShapes([sizes.get(label) ?? 1], [dim]);
      if (!joined) fail('equation', `axis ${label} has sizes ${String(sizes.get(label))} and ${String(dim)}`);
      sizes.set(label, joined[0]!);
    });
  });
  return sizes;
}

function operandGradient(emit: Emit, equation: Equation, inputs: readonly Value[], dY: Value, index: number): Value {
  const { terms, output } = equation;
  const target = terms[index]!;
  const others = terms.map((term, at) => ({ term, value: inputs[at]! })).filter((_, at) => at !== index);
  const reached = new Set(output + others.map(({ term }) => term).join(''));
  const present = Array.from(target)
    .filter((label) => reached.has(label))
    .join('');
  const from = [output, ...others.map(({ term }) => term)].join(',');
  const gradient = emit.node('Einsum', [dY, ...others.map(({ value }) => value)], { equation: `${from}->${present}` });
  if (present.length === target.length) return gradient;
  // Axes that only this operand has were summed over: every element there gets the same.
  const alone = Array.from(target).flatMap((label, axis) => (reached.has(label) ? [] : [axis]));
  const widened = emit.unsqueeze(gradient, alone);
  const shape = staticShapeOf(inputs[index]!);
  const full = shapeOf(widened).map((dim, axis) => (alone.includes(axis) ? shape[axis]! : (dim as number)));
  return emit.expand(widened, full);
}

/** A product of the sizes of all labels, times two for multiply-add. */
function einsumFlops(node: Node): number {
  const given = node.attributes.equation?.value;
  const shapes = node.inputs.map((input) => input?.shape ?? []);
  if (typeof given !== 'string') return 0;
  const equation = parseEquation(
    given,
    shapes.map((shape) => shape.length),
    refused,
  );
  const sizes = labelSizes(
    equation,
    shapes.map((shape) => ({ shape })),
    refused,
  );
  return 2 * knownSize([...sizes.values()]);
}
