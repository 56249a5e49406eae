// A graph to a GraphProto: what a file said that the graph has no place for is written back.
import { create, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import type { Attribute, Graph, Node, Value } from '../ir/graph.js';
import { onnxTypeNumbers } from '../ir/onnxTypes.js';
import { carried, type UnknownFields } from './carried.js';
import { encodeTensor, type PlaceBytes } from './encodeTensor.js';
import { encodeEntries } from './entries.js';
import { encodeUtf8 } from './utf8.js';

/** `place` may put large tensors outside the model. */
export function encodeGraph(graph: Graph, place?: PlaceBytes): GraphProto {
  return new GraphEncoder(place).encode(graph, new Set());
}

function withUnknown<M extends Message>(message: M, unknown: UnknownFields): M {
  if (unknown) message.$unknown = unknown;
  return message;
}

class GraphEncoder {
  constructor(private readonly place: PlaceBytes | undefined) {}

  /** Constants of an enclosing graph (`outer`) are read from there by name. */
  encode(graph: Graph, outer: ReadonlySet<Value>): GraphProto {
    const constants = constantsOf(graph).filter((value) => !outer.has(value));
    const known = new Set([...outer, ...constants]);
    const foreign = constants.map((value) => carried.values.get(value)?.constant);
    const outputs = new Set(graph.outputs);
    const produced = graph.nodes.flatMap((node) => node.outputs).filter((value) => isTyped(value));
    const kept = carried.graphs.get(graph);
    return withUnknown(
      create(GraphProtoSchema, {
        name: graph.name,
        docString: graph.docString,
        input: graph.inputs.map(encodeValue),
        output: graph.outputs.map(encodeValue),
        valueInfo: produced.filter((value) => !outputs.has(value)).map(encodeValue),
        initializer: [
          ...constants.filter((value) => value.constant).map((value) => this.encodeConstant(value)),
          ...foreign.filter((proto): proto is TensorProto => proto?.$typeName === 'onnx.TensorProto'),
        ],
        sparseInitializer: foreign.filter(
          (proto): proto is SparseTensorProto => proto?.$typeName === 'onnx.SparseTensorProto',
        ),
        quantizationAnnotation: kept?.quantizationAnnotation ?? [],
        node: graph.nodes.map((node) => this.encodeNode(node, known)),
        metadataProps: encodeEntries(graph.metadata),
      }),
      kept?.unknown,
    );
  }

  private encodeConstant(value: Value): TensorProto {
    const proto = encodeTensor(value.constant!, value.name, value.docString, this.place);
    proto.metadataProps = encodeEntries(value.metadata);
    return proto;
  }

  private encodeNode(node: Node, known: ReadonlySet<Value>): NodeProto {
    const kept = carried.nodes.get(node);
    return withUnknown(
      create(NodeProtoSchema, {
        opType: node.type,
        domain: node.domain,
        overload: kept?.overload ?? '',
        name: node.name,
        docString: node.docString,
        input: node.inputs.map((value) => value?.name ?? ''),
        output: node.outputs.map((value) => value.name),
        attribute: [
          ...Object.entries(node.attributes).map(([name, attribute]) => this.encodeAttribute(name, attribute, known)),
          ...(kept?.attributes ?? []),
        ],
        deviceConfigurations: kept?.deviceConfigurations ?? [],
        metadataProps: encodeEntries(node.metadata),
      }),
      kept?.unknown,
    );
  }

  private encodeAttribute(name: string, attribute: Attribute, known: ReadonlySet<Value>): AttributeProto {
    return create(AttributeProtoSchema, { name, ...this.attributeFields(attribute, known) });
  }

  private attributeFields(attribute: Attribute, known: ReadonlySet<Value>): AttributeFields {
    switch (attribute.kind) {
      case 'int':
        return { type: Kind.INT, i: toInt64(attribute.value) };
      case 'float':
        return { type: Kind.FLOAT, f: toFloat32(attribute.value) };
      case 'string':
        return { type: Kind.STRING, s: encodeUtf8(attribute.value) };
      case 'ints':
        return { type: Kind.INTS, ints: attribute.value.map(toInt64) };
      case 'floats':
        return { type: Kind.FLOATS, floats: attribute.value.map(toFloat32) };
      case 'strings':
        return { type: Kind.STRINGS, strings: attribute.value.map(encodeUtf8) };
      case 'tensor':
        return { type: Kind.TENSOR, t: encodeTensor(attribute.value, '') };
      case 'graph':
        return { type: Kind.GRAPH, g: this.encode(attribute.value, known) };
      case 'graphs':
        return { type: Kind.GRAPHS, graphs: attribute.value.map((graph) => this.encode(graph, known)) };
    }
  }
}

type AttributeFields = Pick<AttributeProto, 'type'> & Partial<Omit<AttributeProto, '$typeName' | '$unknown'>>;

const int64Limit = 2n ** 63n;

/** The largest int64, which exporters write for «to the end», reads as 2⁶³ and is written back as itself. */
function toInt64(value: number): bigint {
  const integer = BigInt(value);
  if (integer >= int64Limit) return int64Limit - 1n;
  return integer < -int64Limit ? -int64Limit : integer;
}

/** Numbers beyond float32 become infinite, as the format rounds them. */
function toFloat32(value: number): number {
  return Math.fround(value);
}

/** As `graph.constants()`, with those whose elements the engine does not compute with. */
function constantsOf(graph: Graph): Value[] {
  const found = new Set<Value>();
  const note = (value: Value | undefined): void => {
    if (value && (value.constant ?? carried.values.get(value)?.constant)) found.add(value);
  };
  for (const node of graph.nodes) node.inputs.forEach(note);
  graph.outputs.forEach(note);
  return [...found];
}

function isTyped(value: Value): boolean {
  return Boolean((value.dtype && value.shape) ?? carried.values.get(value));
}

function encodeValue(value: Value): ValueInfoProto {
  const kept = carried.values.get(value);
  const info = create(ValueInfoProtoSchema, {
    name: value.name,
    docString: value.docString,
    metadataProps: encodeEntries(value.metadata),
  });
  if (kept?.type) info.type = kept.type;
  else if (value.dtype) info.type = create(TypeProtoSchema, typeFields(value));
  return withUnknown(info, kept?.unknown);
}

function typeFields({ dtype, shape }: Value): MessageInitShape<typeof TypeProtoSchema> {
  const elemType = onnxTypeNumbers[dtype!];
  if (!shape) return { value: { case: 'tensorType', value: { elemType } } };
  const dim = shape.map((size) => {
    if (typeof size === 'number') return { value: { case: 'dimValue' as const, value: BigInt(size) } };
    return size === null ? {} : { value: { case: 'dimParam' as const, value: size } };
  });
  return { value: { case: 'tensorType', value: { elemType, shape: { dim } } } };
}
