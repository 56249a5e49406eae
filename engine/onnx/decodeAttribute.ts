// AttributeProto to an attribute of a node.
import { isFieldSet } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type AttributeProto,
  type GraphProto,
} from 'onnx-buf';
import type { Attribute, Graph } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import type { TensorProto } from 'onnx-buf';
import { decodeUtf8 } from './utf8.js';

export interface AttributeReaders {
  readonly tensor: (proto: TensorProto) => Tensor | undefined;
  readonly graph: (proto: GraphProto) => Graph;
}

/** The attribute, or `undefined` where its kind has no place in the graph and it must be carried as it is. */
export function decodeAttribute(proto: AttributeProto, read: AttributeReaders): Attribute | undefined {
  if (proto.refAttrName) return undefined;
  switch (proto.type === Kind.UNDEFINED ? guessKind(proto) : proto.type) {
    case Kind.INT:
      return { kind: 'int', value: Number(proto.i) };
    case Kind.FLOAT:
      return { kind: 'float', value: proto.f };
    case Kind.STRING:
      return { kind: 'string', value: decodeUtf8(proto.s) };
    case Kind.INTS:
      return { kind: 'ints', value: proto.ints.map(Number) };
    case Kind.FLOATS:
      return { kind: 'floats', value: proto.floats };
    case Kind.STRINGS:
      return { kind: 'strings', value: proto.strings.map(decodeUtf8) };
    case Kind.TENSOR: {
      const tensor = proto.t && read.tensor(proto.t);
      return tensor && { kind: 'tensor', value: tensor };
    }
    case Kind.GRAPH:
      return proto.g && { kind: 'graph', value: read.graph(proto.g) };
    case Kind.GRAPHS:
      return { kind: 'graphs', value: proto.graphs.map(read.graph) };
    default:
      return undefined;
  }
}

/** Files of the first IR version leave the kind out. */
function guessKind(proto: AttributeProto): Kind {
  if (proto.floats.length) return Kind.FLOATS;
  if (proto.ints.length) return Kind.INTS;
  if (proto.strings.length) return Kind.STRINGS;
  if (proto.graphs.length) return Kind.GRAPHS;
  if (proto.t) return Kind.TENSOR;
  if (proto.g) return Kind.GRAPH;
  if (isFieldSet(proto, AttributeProtoSchema.field.s)) return Kind.STRING;
  if (isFieldSet(proto, AttributeProtoSchema.field.f)) return Kind.FLOAT;
  return isFieldSet(proto, AttributeProtoSchema.field.i) ? Kind.INT : Kind.UNDEFINED;
}
