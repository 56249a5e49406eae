// Windows sliding over spatial axes, as convolutions and pools read them.
import type { Node } from '../../ir/graph.js';
import { int, ints, flag, readAttributes, requiredInts } from '../../ops/attributes.js';
import {
  geometryOf,
  unexpected,
  windowAttributes,
  windowsOf,
  type WindowGeometry,
} from '../../ops/convolution/windowGeometry.js';
import type { Expression } from '../expression.js';
import type { Expressions } from '../expressions.js';
import { all, isWithin } from './formula.js';

const convolutionAttributes = { ...windowAttributes, kernel_shape: ints(), dilations: ints(), group: int(1) };
const poolAttributes = { ...windowAttributes, kernel_shape: requiredInts(), dilations: ints(), ceil_mode: flag(false) };

/** The spatial sizes of a node's input. */
export function spaceOf(node: Node, port = 0): readonly number[] {
  return (node.inputs[port]!.shape as readonly number[]).slice(2);
}

export function convolutionGeometry(node: Node): WindowGeometry {
  const values = readAttributes(convolutionAttributes, pick(node, convolutionAttributes), node.type, node.name);
  return geometryOf(windowsOf(spaceOf(node, 1), values, unexpected), values, spaceOf(node));
}

export function poolGeometry(node: Node): WindowGeometry {
  const values = readAttributes(poolAttributes, pick(node, poolAttributes), node.type, node.name);
  return geometryOf(windowsOf(values.kernel_shape, values, unexpected), values, spaceOf(node));
}

function pick(node: Node, specs: object): Node['attributes'] {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => name in specs));
}

/** Where each window at `place` reads with tap `tap`, an expression a spatial axis; it may lie in the padding. */
export function positionsOf(
  e: Expressions,
  { strides, dilations, begins }: WindowGeometry,
  place: readonly Expression[],
  tap: readonly Expression[],
): Expression[] {
  return place.map((at, axis) =>
    e.add(e.scale(at, strides[axis]!), e.scale(tap[axis]!, dilations[axis]!), -begins[axis]!),
  );
}

/** Whether positions lie on the input. */
export function isInside(e: Expressions, position: readonly Expression[], input: readonly number[]): Expression {
  return all(
    e,
    position.map((at, axis) => isWithin(e, at, input[axis]!)),
  );
}
