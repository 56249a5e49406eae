// GraphProto to a graph: values by name, subgraphs within the scope of their node, nodes in topological order.
import type { GraphProto, NodeProto, SparseTensorProto, TensorProto } from 'onnx-buf';
import { EngineError, type Diagnostic, type Place } from '../ir/diagnostic.js';
import { Graph, Node, Value, type Attribute } from '../ir/graph.js';
import type { NameScope } from '../ir/names.js';
import type { Tensor } from '../ir/tensor.js';
import { topologicalOrder } from '../ir/topologicalOrder.js';
import { carried } from './carried.js';
import { constantOf } from './constantNode.js';
import { decodeAttribute, type AttributeReaders } from './decodeAttribute.js';
import { decodeTensor, typeNameOf } from './decodeTensor.js';
import { describeValue } from './decodeType.js';
import { entriesOf } from './entries.js';
import type { ReadRange } from './externalLocation.js';

/** What decoding shares between a graph and its subgraphs. */
export interface DecodingContext {
  readonly readRange: ReadRange | undefined;
  readonly diagnostics: Diagnostic[];
  readonly nodeNames: NameScope;
  readonly valueNames: NameScope;
}

/** Values by name; a subgraph sees those around it. */
class Scope {
  private readonly own = new Map<string, Value>();

  constructor(private readonly outer: Scope | undefined) {}

  find(name: string): Value | undefined {
    return this.own.get(name) ?? this.outer?.find(name);
  }

  /** A new value; its name must be free in this graph. */
  declare(name: string, what: string, place: Place): Value {
    if (name === '') throw new EngineError('onnx.name', `${what}: must have a name`, place);
    if (this.own.has(name))
      throw new EngineError('onnx.duplicateName', `${what} '${name}': this name must be given once in a graph`, place);
    const value = new Value(name);
    this.own.set(name, value);
    return value;
  }

  get(name: string): Value | undefined {
    return this.own.get(name);
  }
}

/** Throws `onnx.*`, naming the value or the node. */
export function decodeGraph(proto: GraphProto, context: DecodingContext, outer?: Scope): Graph {
  return new GraphDecoder(proto, context, new Scope(outer)).decode();
}

class GraphDecoder {
  private readonly graph: Graph;

  constructor(
    private readonly proto: GraphProto,
    private readonly context: DecodingContext,
    private readonly scope: Scope,
  ) {
    this.graph = new Graph(proto.name || 'graph');
  }

  decode(): Graph {
    const { graph, proto, scope } = this;
    graph.docString = proto.docString;
    graph.metadata = entriesOf(proto.metadataProps);
    proto.initializer.forEach((tensor) => this.decodeInitializer(tensor));
    proto.sparseInitializer.forEach((sparse) => this.decodeSparse(sparse));
    for (const info of proto.input) {
      // Files before IR version 4 list the initializers among the inputs.
      const known = scope.get(info.name);
      const constant = known && (known.constant ?? carried.values.get(known)?.constant);
      const value = constant ? known : scope.declare(info.name, 'Graph input', { port: info.name });
      if (!constant) graph.inputs.push(value);
      describeValue(value, info);
    }
    const named = proto.node.map((node) => ({ node, name: this.nameOf(node), outputs: this.declareOutputs(node) }));
    for (const info of proto.valueInfo) {
      const value = scope.get(info.name);
      if (value && !value.constant) describeValue(value, info);
    }
    const nodes = named.map(({ node, name, outputs }) => this.decodeNode(node, name, outputs));
    graph.nodes = this.sorted(nodes.filter((node) => node !== undefined));
    graph.outputs = proto.output.map((info) => {
      const value = scope.find(info.name);
      if (!value)
        throw new EngineError('onnx.missingValue', `Graph '${graph.name}': nothing makes its output '${info.name}'`, {
          port: info.name,
        });
      if (!value.constant) describeValue(value, info);
      return value;
    });
    if (proto.quantizationAnnotation.length || proto.$unknown)
      carried.graphs.set(graph, {
        quantizationAnnotation: proto.quantizationAnnotation,
        unknown: proto.$unknown,
      });
    return graph;
  }

  private decodeInitializer(proto: TensorProto): void {
    const place = { port: proto.name };
    const value = this.scope.declare(proto.name, 'Initializer', place);
    value.docString = proto.docString;
    value.metadata = entriesOf(proto.metadataProps);
    const tensor = decodeTensor(proto, `Initializer '${proto.name}'`, place, this.context.readRange);
    if (tensor) setConstant(value, tensor);
    else {
      carried.values.set(value, { constant: proto });
      this.warn(
        'onnx.elementType',
        `Initializer '${proto.name}': ${typeNameOf(proto.dataType)} is kept, not computed with`,
        place,
      );
    }
  }

  private decodeSparse(proto: SparseTensorProto): void {
    const name = proto.values?.name ?? '';
    const value = this.scope.declare(name, 'Sparse initializer', { port: name });
    carried.values.set(value, { constant: proto });
    this.warn('onnx.sparse', `Sparse initializer '${name}': is kept, not computed with`, { port: name });
  }

  private warn(code: string, message: string, place: Place): void {
    this.context.diagnostics.push({ code, severity: 'warning', message, place });
  }

  private nameOf(proto: NodeProto): string {
    return this.context.nodeNames.unique(proto.name || proto.opType || 'node');
  }

  /** An output left out in the middle gets a name that nothing reads. */
  private declareOutputs(proto: NodeProto): Value[] {
    const names = proto.output.slice(0, proto.output.findLastIndex((name) => name !== '') + 1);
    const subject = `${proto.opType} '${proto.name}': its output`;
    return names.map((name, index) =>
      this.scope.declare(name || this.context.valueNames.unique(`${proto.name || proto.opType}:${index}`), subject, {
        node: proto.name,
        port: name,
      }),
    );
  }

  private decodeNode(proto: NodeProto, name: string, outputs: Value[]): Node | undefined {
    if (!proto.opType) throw new EngineError('onnx.node', `Node '${name}': must have an operator type`, { node: name });
    const given = new Map<string, Attribute>();
    const foreign = proto.attribute.filter((attribute) => {
      if (given.has(attribute.name))
        throw new EngineError(
          'onnx.duplicateName',
          `${proto.opType} '${name}': attribute ${attribute.name} is given twice`,
          {
            node: name,
            port: attribute.name,
          },
        );
      const decoded = decodeAttribute(attribute, this.readers(proto.opType, name, attribute.name));
      if (decoded) given.set(attribute.name, decoded);
      return !decoded;
    });
    const attributes = Object.fromEntries(given);
    const tensor = constantOf(proto, attributes);
    if (tensor && outputs.length === 1) {
      setConstant(outputs[0]!, tensor);
      if (proto.docString) outputs[0]!.docString = proto.docString;
      return undefined;
    }
    const node = new Node(proto.opType, name, this.inputsOf(proto, name), outputs, attributes);
    Object.assign(node, {
      domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
      docString: proto.docString,
      metadata: entriesOf(proto.metadataProps),
    });
    const { overload, deviceConfigurations, $unknown: unknown } = proto;
    if (foreign.length || overload || deviceConfigurations.length || unknown)
      carried.nodes.set(node, { attributes: foreign, overload, deviceConfigurations, unknown });
    for (const { name: attribute } of foreign)
      this.warn('onnx.attribute', `${proto.opType} '${name}': attribute ${attribute} is kept, not understood`, {
        node: name,
        port: attribute,
      });
    return node;
  }

  private inputsOf(proto: NodeProto, name: string): (Value | undefined)[] {
    const given = proto.input.slice(0, proto.input.findLastIndex((input) => input !== '') + 1);
    return given.map((input) => {
      if (input === '') return undefined;
      const value = this.scope.find(input);
      if (value) return value;
      throw new EngineError('onnx.missingValue', `${proto.opType} '${name}': nothing makes its input '${input}'`, {
        node: name,
        port: input,
      });
    });
  }

  private readers(type: string, node: string, attribute: string): AttributeReaders {
    const place = { node, port: attribute };
    return {
      tensor: (proto) =>
        decodeTensor(proto, `${type} '${node}': attribute ${attribute}`, place, this.context.readRange),
      graph: (proto) => decodeGraph(proto, this.context, this.scope),
    };
  }

  private sorted(nodes: readonly Node[]): Node[] {
    const { nodes: ordered, cyclic } = topologicalOrder(nodes);
    if (cyclic)
      throw new EngineError(
        'onnx.cycle',
        `${cyclic.type} '${cyclic.name}': its output must not lead back to its input`,
        {
          node: cyclic.name,
        },
      );
    return ordered;
  }
}

function setConstant(value: Value, tensor: Tensor): void {
  value.constant = tensor;
  value.dtype = tensor.dtype;
  value.shape = tensor.shape;
}
