// A copy of a graph that can be rewritten without touching the original. Tensors are shared.
import { Graph, Node, Value, type Attribute, type Attributes } from './graph.js';

export interface GraphCopy {
  readonly graph: Graph;
  /** From the values of the original, those of its subgraphs included, to their copies. */
  readonly values: ReadonlyMap<Value, Value>;
}

/** Copies graph, nodes and values, subgraphs included; `onCopy` is told of every pair of graphs, nodes and values. */
export function cloneGraph(
  graph: Graph,
  onCopy: (original: Graph | Node | Value, copy: Graph | Node | Value) => void = () => undefined,
): GraphCopy {
  const values = new Map<Value, Value>();
  const copyValue = (value: Value): Value => {
    const known = values.get(value);
    if (known) return known;
    const copy = new Value(value.name);
    Object.assign(copy, { dtype: value.dtype, shape: value.shape, constant: value.constant });
    copy.docString = value.docString;
    copy.metadata = { ...value.metadata };
    values.set(value, copy);
    onCopy(value, copy);
    return copy;
  };
  const copyAttribute = (attribute: Attribute): Attribute => {
    if (attribute.kind === 'graph') return { kind: 'graph', value: copyGraph(attribute.value) };
    if (attribute.kind === 'graphs') return { kind: 'graphs', value: attribute.value.map(copyGraph) };
    return attribute;
  };
  const copyAttributes = (attributes: Attributes): Attributes =>
    Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, copyAttribute(attribute)]));
  const copyNode = (node: Node): Node => {
    const inputs = node.inputs.map((value) => value && copyValue(value));
    const copy = new Node(node.type, node.name, inputs, node.outputs.map(copyValue), copyAttributes(node.attributes));
    Object.assign(copy, { domain: node.domain, docString: node.docString, metadata: { ...node.metadata } });
    onCopy(node, copy);
    return copy;
  };
  const copyGraph = (original: Graph): Graph => {
    const copy = new Graph(original.name);
    Object.assign(copy, { docString: original.docString, metadata: { ...original.metadata } });
    copy.inputs = original.inputs.map(copyValue);
    copy.nodes = original.nodes.map(copyNode);
    copy.outputs = original.outputs.map(copyValue);
    onCopy(original, copy);
    return copy;
  };
  return { graph: copyGraph(graph), values };
}
