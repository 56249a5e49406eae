// Rewrites one node of an older opset in place, with room for new nodes before and after it.
import { Node, Value, type Attribute, type Attributes } from '../../ir/graph.js';
import type { NameScope } from '../../ir/names.js';
import type { DType } from '../../ir/dtype.js';
import { EngineError } from '../../ir/diagnostic.js';
import { tensorOf, type Tensor } from '../../ir/tensor.js';

/** One change of one operator between opsets. */
export interface Upgrade {
  readonly types: readonly string[];
  /** The opset that brought the new form: nodes of models with an older opset are rewritten. */
  readonly until: number;
  readonly apply: (edit: NodeEdit) => void;
}

export class NodeEdit {
  readonly before: Node[] = [];
  readonly after: Node[] = [];

  constructor(
    readonly node: Node,
    private readonly names: NameScope,
    /** Whether anything reads an output. */
    readonly isRead: (value: Value) => boolean,
  ) {}

  fail(sentence: string): never {
    const { type, name } = this.node;
    throw new EngineError('onnx.upgrade', `${type} '${name}': ${sentence}`, { node: name });
  }

  /** Takes an attribute off the node. */
  take(name: string): Attribute | undefined {
    const { [name]: taken, ...rest } = this.node.attributes;
    this.node.attributes = rest;
    return taken;
  }

  takeInts(name: string): readonly number[] | undefined {
    const taken = this.take(name);
    return taken?.kind === 'ints' ? taken.value : undefined;
  }

  takeNumber(name: string): number | undefined {
    const taken = this.take(name);
    return taken?.kind === 'int' || taken?.kind === 'float' ? taken.value : undefined;
  }

  set(name: string, attribute: Attribute): void {
    this.node.attributes = { ...this.node.attributes, [name]: attribute };
  }

  /** Sets input `index`, leaving out those between. */
  setInput(index: number, value: Value | undefined): void {
    const { inputs } = this.node;
    while (inputs.length <= index) inputs.push(undefined);
    inputs[index] = value;
    while (inputs.length && inputs.at(-1) === undefined) inputs.pop();
  }

  ints(values: readonly number[], wish: string): Value {
    return this.constant(tensorOf('int64', [values.length], values), wish);
  }

  /** A scalar of the first input's type, float32 where that is not known. */
  scalar(value: number, wish: string): Value {
    const dtype: DType = this.node.inputs[0]?.dtype ?? 'float32';
    return this.constant(tensorOf(dtype, [], [value]), wish);
  }

  constant(tensor: Tensor, wish: string): Value {
    const value = new Value(this.names.unique(`${this.node.name}/${wish}`), tensor);
    value.constant = tensor;
    return value;
  }

  /** Puts a node before this one. */
  prepend(type: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value {
    const name = this.names.unique(`${this.node.name}/${type}`);
    const output = new Value(this.names.unique(`${name}:0`));
    this.before.push(new Node(type, name, [...inputs], [output], attributes));
    return output;
  }

  /** Lets the first output be made from this node's by one more node, which keeps the output's name. */
  append(type: string, others: readonly Value[], attributes: Attributes = {}): void {
    const { node } = this;
    const name = this.names.unique(`${node.name}/${type}`);
    const result = node.outputs[0]!;
    const inner = new Value(this.names.unique(`${name}:0`));
    inner.producer = node;
    node.outputs[0] = inner;
    this.after.push(new Node(type, name, [inner, ...others], [result], attributes));
  }
}
