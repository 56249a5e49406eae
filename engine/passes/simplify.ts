// Algebraic clean-up: nodes that do nothing, undo each other, or have a cheaper equal.
//
// Results stay the same to the bit, but for the sign of a zero (−0 + 0 is 0, and x + 0 becomes x). A float
// times 0 is kept: NaN · 0 and ∞ · 0 are NaN, and hiding a NaN would hide a diverging run.
import type { Node, Value } from '../ir/graph.js';
import { isFloat } from '../ir/dtype.js';
import { broadcastShapes, isStatic, sameShape } from '../ir/shape.js';
import { element } from '../ir/tensor.js';
import type { Emit } from '../ops/emit.js';
import type { Pass } from './pass.js';
import { rewriteNodes } from './rewriteNodes.js';
import { simplifyShaping } from './simplifyShaping.js';

export const simplify: Pass = {
  name: 'simplify',
  run: (graph) => {
    const narrowed = graph.nodes.map(dropExpands).includes(true);
    const rewritten = rewriteNodes(graph, (node, emit) => {
      if (node.domain !== '' || node.outputs.length !== 1) return undefined;
      const result = rules[node.type]?.(node, emit) ?? simplifyShaping(node, emit);
      return result && [result];
    });
    return narrowed || rewritten;
  },
};

type Rule = (node: Node, emit: Emit) => Value | undefined;

const first: Rule = ({ inputs }) => inputs[0];
const single: Rule = ({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined);

const rules: Readonly<Record<string, Rule>> = {
  Identity: first,
  Dropout: first,
  Sum: single,
  Mean: single,
  Max: single,
  Min: single,
  Neg: undone('Neg'),
  Not: undone('Not'),
  Add: (node, emit) => {
    const [a, b] = operands(node);
    if (isAll(b, 0)) return unlessBroadcast(node, a);
    if (isAll(a, 0)) return unlessBroadcast(node, b);
    if (madeBy(b, 'Neg')) return emit.sub(a, b.producer!.inputs[0]!);
    return madeBy(a, 'Neg') ? emit.sub(b, a.producer!.inputs[0]!) : undefined;
  },
  Sub: (node, emit) => {
    const [a, b] = operands(node);
    if (isAll(b, 0)) return unlessBroadcast(node, a);
    if (isAll(a, 0) && unlessBroadcast(node, b)) return emit.neg(b);
    return madeBy(b, 'Neg') ? emit.add(a, b.producer!.inputs[0]!) : undefined;
  },
  Mul: (node, emit) => {
    const [a, b] = operands(node);
    if (isAll(b, 1)) return unlessBroadcast(node, a);
    if (isAll(a, 1)) return unlessBroadcast(node, b);
    if (isAll(b, -1) && unlessBroadcast(node, a)) return emit.neg(a);
    if (isAll(a, -1) && unlessBroadcast(node, b)) return emit.neg(b);
    if (isFloat(a.dtype)) return undefined;
    return isAll(b, 0) ? unlessBroadcast(node, b) : isAll(a, 0) ? unlessBroadcast(node, a) : undefined;
  },
  Div: (node) => (isAll(node.inputs[1], 1) ? unlessBroadcast(node, node.inputs[0]!) : undefined),
  Pow: (node) => (isAll(node.inputs[1], 1) ? unlessBroadcast(node, node.inputs[0]!) : undefined),
  Cast: ({ inputs: [x], outputs: [y] }) => (x!.dtype !== undefined && x!.dtype === y!.dtype ? x : undefined),
};

function operands(node: Node): [Value, Value] {
  return [node.inputs[0]!, node.inputs[1]!];
}

function madeBy(value: Value, type: string): boolean {
  return value.producer?.type === type && value.producer.domain === '';
}

/** f(f(x)) = x. */
function undone(type: string): Rule {
  return ({ inputs: [x] }) => (madeBy(x!, type) ? x!.producer!.inputs[0] : undefined);
}

/** A constant whose elements all equal `number`; only small ones are looked through. */
function isAll(value: Value | undefined, number: number): boolean {
  const tensor = value?.constant;
  if (!tensor || tensor.data.length === 0 || tensor.data.length > 4096) return false;
  for (let index = 0; index < tensor.data.length; index++) if (element(tensor, index) !== number) return false;
  return true;
}

/** The operand, where the node's result has its shape and type. */
function unlessBroadcast(node: Node, operand: Value): Value | undefined {
  const result = node.outputs[0]!;
  const same = result.shape && operand.shape && sameShape(operand.shape, result.shape);
  return same && operand.dtype === result.dtype ? operand : undefined;
}

/** Operators that broadcast by themselves. */
const broadcasting = new Set(
  'Add Sub Mul Div Pow Max Min Sum Mean Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Where Mod'.split(' '),
);

/** Takes an operand from before its Expand where the other operands give the result its shape anyway. */
function dropExpands(node: Node): boolean {
  if (node.domain !== '' || !broadcasting.has(node.type)) return false;
  const wanted = node.outputs[0]!.shape;
  let dropped = false;
  node.inputs.forEach((input, index) => {
    if (!input || !madeBy(input, 'Expand')) return;
    const source = input.producer!.inputs[0]!;
    const shapes = node.inputs.map((other, at) => (at === index ? source.shape : other?.shape));
    if (!isStatic(wanted) || shapes.some((shape) => !shape)) return;
    const result = broadcastShapes(...shapes.map((shape) => shape!));
    if (!result || !sameShape(result, wanted)) return;
    node.inputs[index] = source;
    dropped = true;
  });
  return dropped;
}
