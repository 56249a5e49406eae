// What an ONNX file says that the graph has no place for: kept beside it, and written back when it is encoded.
import type { UnknownField } from '@bufbuild/protobuf';
import type { AttributeProto, GraphProto, NodeProto, SparseTensorProto, TensorProto, TypeProto } from 'onnx-buf';
import type { Graph, Node, Value } from '../ir/graph.js';

export type UnknownFields = UnknownField[] | undefined;

export interface CarriedNode {
  /** Attributes of kinds that the graph does not hold: types, sparse tensors, lists of tensors, references. */
  readonly attributes: readonly AttributeProto[];
  readonly overload: string;
  readonly deviceConfigurations: NodeProto['deviceConfigurations'];
  readonly unknown: UnknownFields;
}

export interface CarriedGraph {
  readonly quantizationAnnotation: GraphProto['quantizationAnnotation'];
  readonly unknown: UnknownFields;
}

export interface CarriedValue {
  /** A type that is not a tensor of one of the engine's element types: a sequence, a map, strings … */
  readonly type?: TypeProto | undefined;
  /** A constant whose elements the engine does not compute with. */
  readonly constant?: TensorProto | SparseTensorProto | undefined;
  readonly unknown?: UnknownFields;
}

const nodes = new WeakMap<Node, CarriedNode>();
const graphs = new WeakMap<Graph, CarriedGraph>();
const values = new WeakMap<Value, CarriedValue>();

/** By object; nothing is held once the graph is gone. */
export const carried = { nodes, graphs, values };

/** Hands what `original` carries on to its copy. */
export function carryOver(original: Graph | Node | Value, copy: Graph | Node | Value): void {
  for (const kept of [nodes, graphs, values] as WeakMap<object, object>[]) {
    const found = kept.get(original);
    if (found) kept.set(copy, found);
  }
}
