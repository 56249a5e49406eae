// The graph: values and the nodes that make them. Free of protobuf and of operator knowledge.
import type { DType } from './dtype.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** What is known of a value before it is computed. */
export interface ValueType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A tensor that flows through a graph: an input, a constant, or the output of one node. */
export class Value {
  dtype: DType | undefined;
  shape: Shape | undefined;
  /** The node that makes this value; none for graph inputs and constants. */
  producer: Node | undefined;
  /** The data of a constant (ONNX: initializer). */
  constant: Tensor | undefined;
  docString = '';
  metadata: Record<string, string> = {};

  constructor(
    public name: string,
    type?: Partial<ValueType>,
  ) {
    this.dtype = type?.dtype;
    this.shape = type?.shape;
  }
}

/** Attributes keep ONNX's kinds, so that those of unknown operators survive a round trip. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'graphs'; readonly value: readonly Graph[] };

export type Attributes = Readonly<Record<string, Attribute>>;

/** One application of an operator. An omitted optional input is `undefined`. */
export class Node {
  /** '' is the standard ONNX domain. */
  domain = '';
  docString = '';
  metadata: Record<string, string> = {};

  constructor(
    public type: string,
    public name: string,
    public inputs: (Value | undefined)[],
    public outputs: Value[],
    public attributes: Attributes = {},
  ) {
    for (const output of outputs) output.producer = this;
  }
}

/** Nodes are kept in topological order: a node comes after the producers of its inputs. */
export class Graph {
  docString = '';
  metadata: Record<string, string> = {};
  inputs: Value[] = [];
  outputs: Value[] = [];
  nodes: Node[] = [];

  constructor(public name = 'graph') {}

  /** Constants that nodes or outputs refer to, in order of first use. */
  constants(): Value[] {
    const found = new Set<Value>();
    const note = (value: Value | undefined): void => {
      if (value?.constant) found.add(value);
    };
    for (const node of this.nodes) node.inputs.forEach(note);
    this.outputs.forEach(note);
    return [...found];
  }

  /** Every value of the graph: inputs, constants, node outputs. */
  values(): Value[] {
    const found = new Set<Value>([...this.inputs, ...this.constants()]);
    for (const node of this.nodes) node.outputs.forEach((output) => found.add(output));
    return [...found];
  }
}

export interface Use {
  readonly node: Node;
  readonly index: number;
}

/** Who reads each value (subgraphs not included). */
export function usesOf(graph: Graph): Map<Value, Use[]> {
  const uses = new Map<Value, Use[]>();
  for (const node of graph.nodes)
    node.inputs.forEach((value, index) => {
      if (!value) return;
      const list = uses.get(value);
      if (list) list.push({ node, index });
      else uses.set(value, [{ node, index }]);
    });
  return uses;
}
