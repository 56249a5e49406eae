// Clean-up of nodes that only move or repeat elements.
import type { Node, Value } from '../ir/graph.js';
import { isStatic, sameShape, sizeOf } from '../ir/shape.js';
import { elements } from '../ir/tensor.js';
import type { Emit } from '../ops/emit.js';

/** Operators that keep the elements in order and change the shape only. */
const reshaping = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** Reductions of which one element is its own result. */
const reducing = new Set(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd']);

/** A value equal to the node's only output, or `undefined` where there is nothing to gain. */
export function simplifyShaping(node: Node, emit: Emit): Value | undefined {
  if (node.type === 'Transpose') return transposed(node, emit);
  if (node.type === 'Concat') return node.inputs.length === 1 ? node.inputs[0] : undefined;
  if (node.type === 'Pad') return unpadded(node);
  const [x] = node.inputs;
  const shape = node.outputs[0]?.shape;
  if (!x || !isStatic(shape) || !isStatic(x.shape)) return undefined;
  if (node.type === 'Expand' || node.type === 'Tile') return sameShape(x.shape, shape) ? x : undefined;
  if (reshaping.has(node.type)) return reshaped(node, x, shape, emit);
  // Reducing one element a group; the exception is the empty reduction, which has no elements to return.
  if (reducing.has(node.type) && sizeOf(shape) === sizeOf(x.shape) && sizeOf(shape) > 0) return emit.reshape(x, shape);
  return undefined;
}

/** Reshape of a reshape is one reshape, or none. */
function reshaped(node: Node, x: Value, shape: readonly number[], emit: Emit): Value | undefined {
  if (sameShape(x.shape!, shape)) return x;
  const before = x.producer;
  if (before?.domain !== '' || !reshaping.has(before.type)) return undefined;
  // A 0 in Reshape's operand means «copy», so an empty result keeps its own nodes.
  return sizeOf(shape) > 0 ? emit.reshape(before.inputs[0]!, shape) : undefined;
}

function transposed(node: Node, emit: Emit): Value | undefined {
  const [x] = node.inputs;
  const order = orderOf(node);
  if (!x || !order) return undefined;
  if (order.every((axis, index) => axis === index)) return x;
  const before = x.producer;
  if (before?.type !== 'Transpose' || before.domain !== '') return undefined;
  const inner = orderOf(before);
  return (
    inner &&
    emit.transpose(
      before.inputs[0]!,
      order.map((axis) => inner[axis]!),
    )
  );
}

/** The permutation; left out, it reverses the axes. */
function orderOf(node: Node): readonly number[] | undefined {
  const given = node.attributes.perm;
  if (given?.kind === 'ints') return given.value;
  const rank = node.inputs[0]?.shape?.length;
  return rank === undefined ? undefined : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

function unpadded(node: Node): Value | undefined {
  const pads = node.inputs[1]?.constant;
  return pads && elements(pads).every((pad) => pad === 0) ? node.inputs[0] : undefined;
}
