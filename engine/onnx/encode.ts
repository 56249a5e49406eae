// A graph to the bytes of an ONNX model.
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type StringStringEntryProto,
  type TensorProto,
  type TypeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import type { Attribute, Graph, Node, Value } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import { onnxTypeNumbers } from '../ir/onnxTypes.js';

/** The opset whose semantics the engine's operators have. */
export const internalOpset = 21;

/** Operators that appeared after {@link internalOpset}: a graph that has one is encoded at that opset. */
const laterOperators: Readonly<Record<string, number>> = { RMSNormalization: 23 };

function opsetOf(graph: Graph): number {
  return Math.max(internalOpset, ...graph.nodes.map((node) => (node.domain ? 0 : (laterOperators[node.type] ?? 0))));
}

export interface EncodeOptions {
  readonly opset?: number;
  readonly producerVersion?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Opsets of other domains that the graph uses. */
  readonly domains?: Readonly<Record<string, number>>;
}

/** Encodes a whole model; the graph's nodes must have the semantics of `opset`. */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const opsets = { '': options.opset ?? opsetOf(graph), ...options.domains };
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    producerName: 'Descent',
    producerVersion: options.producerVersion ?? '',
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: encodeGraph(graph),
    metadataProps: encodeEntries(options.metadata ?? {}),
  });
  return toBinary(ModelProtoSchema, model);
}

export function encodeGraph(graph: Graph): GraphProto {
  const constants = graph.constants();
  const produced = graph.nodes.flatMap((node) => node.outputs).filter((value) => value.dtype && value.shape);
  const outputs = new Set(graph.outputs);
  return create(GraphProtoSchema, {
    name: graph.name,
    docString: graph.docString,
    input: graph.inputs.map(encodeValue),
    output: graph.outputs.map(encodeValue),
    valueInfo: produced.filter((value) => !outputs.has(value)).map(encodeValue),
    initializer: constants.map((value) => encodeTensor(value.constant!, value.name, value.docString)),
    node: graph.nodes.map(encodeNode),
    metadataProps: encodeEntries(graph.metadata),
  });
}

function encodeNode(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    opType: node.type,
    domain: node.domain,
    name: node.name,
    docString: node.docString,
    input: node.inputs.map((value) => value?.name ?? ''),
    output: node.outputs.map((value) => value.name),
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
    metadataProps: encodeEntries(node.metadata),
  });
}

const utf8 = new TextEncoder();

function encodeAttribute(name: string, attribute: Attribute): AttributeProto {
  const proto = create(AttributeProtoSchema, { name });
  const encoders: { [K in Attribute['kind']]: (value: Extract<Attribute, { kind: K }>['value']) => void } = {
    int: (value) => Object.assign(proto, { type: Kind.INT, i: BigInt(value) }),
    float: (value) => Object.assign(proto, { type: Kind.FLOAT, f: value }),
    string: (value) => Object.assign(proto, { type: Kind.STRING, s: utf8.encode(value) }),
    ints: (value) => Object.assign(proto, { type: Kind.INTS, ints: value.map(BigInt) }),
    floats: (value) => Object.assign(proto, { type: Kind.FLOATS, floats: [...value] }),
    strings: (value) => Object.assign(proto, { type: Kind.STRINGS, strings: value.map((text) => utf8.encode(text)) }),
    tensor: (value) => Object.assign(proto, { type: Kind.TENSOR, t: encodeTensor(value, '') }),
    graph: (value) => Object.assign(proto, { type: Kind.GRAPH, g: encodeGraph(value) }),
    graphs: (value) => Object.assign(proto, { type: Kind.GRAPHS, graphs: value.map(encodeGraph) }),
  };
  (encoders[attribute.kind] as (value: Attribute['value']) => void)(attribute.value);
  return proto;
}

export function encodeTensor(tensor: Tensor, name: string, docString = ''): TensorProto {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return create(TensorProtoSchema, {
    name,
    docString,
    dims: tensor.shape.map(BigInt),
    dataType: onnxTypeNumbers[tensor.dtype],
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}

function encodeValue(value: Value): ValueInfoProto {
  const info = create(ValueInfoProtoSchema, {
    name: value.name,
    docString: value.docString,
    metadataProps: encodeEntries(value.metadata),
  });
  if (value.dtype) info.type = encodeType(value);
  return info;
}

function encodeType(value: Value): TypeProto {
  const info = create(ValueInfoProtoSchema, {
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: onnxTypeNumbers[value.dtype!],
          ...(value.shape && {
            shape: {
              dim: value.shape.map((dim) =>
                typeof dim === 'number'
                  ? { value: { case: 'dimValue' as const, value: BigInt(dim) } }
                  : dim === null
                    ? {}
                    : { value: { case: 'dimParam' as const, value: dim } },
              ),
            },
          }),
        },
      },
    },
  });
  return info.type!;
}

function encodeEntries(entries: Readonly<Record<string, string>>): StringStringEntryProto[] {
  return Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}
