// Adds nodes to a graph, inferring types as it goes. Lowering, gradient rules, losses and
// optimizers all speak through it.
import { isFloat, type DType } from '../ir/dtype.js';
import { EngineError } from '../ir/diagnostic.js';
import { Graph, Node, Value } from '../ir/graph.js';
import { onnxTypeNumbers } from '../ir/onnxTypes.js';
import { NameScope } from '../ir/names.js';
import { isStatic, sameShape, type Shape } from '../ir/shape.js';
import { elements, tensorOf, type Tensor } from '../ir/tensor.js';
import { writeAttributes, type AttributeArguments } from './attributes.js';
import { definitionOf } from './index.js';
import { dtypeOf, shapeOf } from './valueTypes.js';

export type Operand = Value | number;

/** Decides between equivalent lowerings; see {@link LoweringChoices.pick}. */
export interface LoweringChoices {
  /** The favourite among `names`, or `undefined` when nothing is known; `key` says all that its speed depends on. */
  pick(kind: string, key: string, names: readonly string[]): string | undefined;
  /** Called, where given, with each alternative as a graph of its own, so that they can be timed. */
  probe?(kind: string, key: string, alternatives: Readonly<Record<string, Graph>>): void;
}

export class Emit {
  private readonly names: NameScope;
  private readonly constants = new Map<string, Value>();
  private scope = '';

  constructor(
    readonly graph: Graph,
    private readonly choices?: LoweringChoices,
  ) {
    this.names = new NameScope();
    for (const value of graph.values()) this.names.reserve(value.name);
    for (const node of graph.nodes) this.names.reserve(node.name);
  }

  /** Prefixes the names of everything emitted inside `body` with `scope/`. */
  within<T>(scope: string, body: () => T): T {
    const outer = this.scope;
    this.scope = `${outer}${scope}/`;
    try {
      return body();
    } finally {
      this.scope = outer;
    }
  }

  /**
   * Emits one of several equivalent lowerings: the measured favourite, else the first. `unmeasured` ones are for those who
   * pick them by name.
   */
  choose<T extends Value | readonly Value[]>(
    kind: string,
    key: string,
    alternatives: Readonly<Record<string, () => T>>,
    unmeasured: Readonly<Record<string, () => T>> = {},
  ): T {
    const names = Object.keys(alternatives);
    const known = this.choices?.pick(kind, key, [...names, ...Object.keys(unmeasured)]);
    if (known === undefined && names.length > 1 && this.choices?.probe) {
      const graphs = Object.entries(alternatives).map(([name, body]) => [name, this.isolate(name, body)] as const);
      this.choices.probe(kind, key, Object.fromEntries(graphs));
    }
    const chosen = known ?? names[0]!;
    return (alternatives[chosen] ?? unmeasured[chosen]!)();
  }

  /** Emits `body` aside: into a graph whose inputs are the values that it takes from here. */
  private isolate(name: string, body: () => Value | readonly Value[]): Graph {
    const start = this.graph.nodes.length;
    const results: Value[] = [body()].flat();
    const aside = new Graph(name);
    aside.nodes = this.graph.nodes.splice(start);
    const made = new Set(aside.nodes.flatMap((node) => node.outputs));
    const taken = aside.nodes
      .flatMap((node) => node.inputs)
      .filter((value) => value && !value.constant && !made.has(value));
    aside.inputs = [...new Set(taken as Value[])];
    aside.outputs = results.filter((value) => made.has(value));
    return aside;
  }

  input(name: string, dtype: DType, shape: Shape): Value {
    const value = new Value(this.names.unique(name), { dtype, shape });
    this.graph.inputs.push(value);
    return value;
  }

  output(value: Value): void {
    this.graph.outputs.push(value);
  }

  /** Emits a node and returns its first output. */
  node(type: string, inputs: readonly (Value | undefined)[], attributes: AttributeArguments = {}, name = type): Value {
    return this.nodes(type, inputs, attributes, 1, name)[0]!;
  }

  /** Emits a node with `outputs` outputs. */
  nodes(
    type: string,
    inputs: readonly (Value | undefined)[],
    attributes: AttributeArguments,
    outputs: number,
    name = type,
  ): Value[] {
    const definition = definitionOf(type);
    if (!definition) throw new EngineError('op.unknown', `${type}: no such operator`);
    const nodeName = this.names.unique(this.scope + name);
    const values = Array.from(
      { length: outputs },
      (_, index) => new Value(this.names.unique(index ? `${nodeName}:${index}` : `${nodeName}:0`)),
    );
    const node = new Node(
      type,
      nodeName,
      withoutTrailing(inputs),
      values,
      writeAttributes(definition.attributes, attributes, type),
    );
    definition.infer(node)?.forEach((inferred, index) => {
      const value = values[index];
      if (!value) return;
      value.dtype = inferred.dtype;
      value.shape = inferred.shape;
    });
    this.graph.nodes.push(node);
    return values;
  }

  /** Emits a node like another one, over other inputs of the same types. */
  copy(node: Node, inputs: readonly (Value | undefined)[]): Node {
    const name = this.names.unique(this.scope + node.name);
    const outputs = node.outputs.map(
      (output, index) =>
        new Value(this.names.unique(`${name}:${index}`), {
          ...(output.dtype && { dtype: output.dtype }),
          ...(output.shape && { shape: output.shape }),
        }),
    );
    const copied = new Node(node.type, name, [...inputs], outputs, node.attributes);
    copied.domain = node.domain;
    this.graph.nodes.push(copied);
    return copied;
  }

  /** A constant; equal small constants are one value. */
  constant(tensor: Tensor, name = 'constant'): Value {
    const key = tensor.data.length <= 16 ? `${tensor.dtype}[${tensor.shape.join()}]${constantKey(tensor)}` : undefined;
    const known = key && this.constants.get(key);
    if (known) return known;
    const value = new Value(this.names.unique(this.scope + name), tensor);
    value.constant = tensor;
    if (key) this.constants.set(key, value);
    return value;
  }

  /** An int64 vector constant, as shapes, axes and indices are given. */
  ints(values: readonly number[]): Value {
    return this.constant(tensorOf('int64', [values.length], values), 'ints');
  }

  /** A scalar constant of the type of `like`. */
  scalar(value: number, like: DType | Value = 'float32'): Value {
    return this.constant(tensorOf(dtypeOf(like), [], [value]), 'scalar');
  }

  private pair(a: Operand, b: Operand): [Value, Value] {
    if (typeof a === 'number') {
      if (typeof b === 'number') throw new TypeError('emit: at least one operand must be a value');
      return [this.scalar(a, b), b];
    }
    return [a, typeof b === 'number' ? this.scalar(b, a) : b];
  }

  private binary(type: string, a: Operand, b: Operand): Value {
    return this.node(type, this.pair(a, b));
  }

  add = (a: Operand, b: Operand): Value => this.binary('Add', a, b);
  sub = (a: Operand, b: Operand): Value => this.binary('Sub', a, b);
  mul = (a: Operand, b: Operand): Value => this.binary('Mul', a, b);
  div = (a: Operand, b: Operand): Value => this.binary('Div', a, b);
  pow = (a: Operand, b: Operand): Value => this.binary('Pow', a, b);
  greater = (a: Operand, b: Operand): Value => this.binary('Greater', a, b);
  greaterOrEqual = (a: Operand, b: Operand): Value => this.binary('GreaterOrEqual', a, b);
  less = (a: Operand, b: Operand): Value => this.binary('Less', a, b);
  lessOrEqual = (a: Operand, b: Operand): Value => this.binary('LessOrEqual', a, b);
  equal = (a: Operand, b: Operand): Value => this.binary('Equal', a, b);
  max = (a: Operand, b: Operand): Value => this.binary('Max', a, b);
  min = (a: Operand, b: Operand): Value => this.binary('Min', a, b);
  and = (a: Value, b: Value): Value => this.node('And', [a, b]);
  or = (a: Value, b: Value): Value => this.node('Or', [a, b]);
  not = (x: Value): Value => this.node('Not', [x]);

  neg = (x: Value): Value => this.node('Neg', [x]);
  abs = (x: Value): Value => this.node('Abs', [x]);
  exp = (x: Value): Value => this.node('Exp', [x]);
  log = (x: Value): Value => this.node('Log', [x]);
  sqrt = (x: Value): Value => this.node('Sqrt', [x]);
  reciprocal = (x: Value): Value => this.node('Reciprocal', [x]);
  tanh = (x: Value): Value => this.node('Tanh', [x]);
  sigmoid = (x: Value): Value => this.node('Sigmoid', [x]);
  relu = (x: Value): Value => this.node('Relu', [x]);
  sin = (x: Value): Value => this.node('Sin', [x]);
  cos = (x: Value): Value => this.node('Cos', [x]);
  square = (x: Value): Value => this.mul(x, x);
  identity = (x: Value): Value => this.node('Identity', [x]);

  /** `condition ? a : b`, elementwise; numbers take the type of the other operand. */
  where(condition: Value, a: Operand, b: Operand): Value {
    const [left, right] = this.pair(a, b);
    return this.node('Where', [condition, left, right]);
  }

  /** −1, 0 or 1 by the sign of x, in primitives that run on the GPU (Sign itself does not). */
  sign(x: Value): Value {
    const negative = this.where(this.less(x, 0), this.scalar(-1, x), 0);
    return this.where(this.greater(x, 0), 1, negative);
  }

  cast(x: Value, to: DType): Value {
    return x.dtype === to ? x : this.node('Cast', [x], { to: onnxTypeNumbers[to] });
  }

  /** 1 where the condition holds, else 0, in the type of `like`. */
  indicator(condition: Value, like: Value): Value {
    return this.cast(condition, dtypeOf(like));
  }

  matMul = (a: Value, b: Value): Value => this.node('MatMul', [a, b]);

  transpose(x: Value, permutation: readonly number[]): Value {
    return permutation.every((axis, index) => axis === index) ? x : this.node('Transpose', [x], { perm: permutation });
  }

  /** Swaps the last two axes. */
  transposeLast(x: Value): Value {
    const axes = shapeOf(x).map((_, axis) => axis);
    axes.push(...axes.splice(-2).reverse());
    return this.transpose(x, axes);
  }

  /** At most one dimension may be -1; 0 copies the input's. */
  reshape(x: Value, shape: readonly number[]): Value {
    return sameStatic(x.shape, shape) ? x : this.node('Reshape', [x, this.ints(shape)]);
  }

  /** Reshapes to the shape of `like`, whatever its symbolic dimensions. */
  reshapeLike(x: Value, like: Value): Value {
    const shape = shapeOf(like);
    if (x.shape && sameShape(x.shape, shape)) return x;
    const dims = shape.map((dim) => (typeof dim === 'number' ? dim : -1));
    if (dims.filter((dim) => dim === -1).length > 1) return this.node('Reshape', [x, this.node('Shape', [like])]);
    return this.reshape(x, dims);
  }

  unsqueeze(x: Value, axes: readonly number[]): Value {
    return axes.length ? this.node('Unsqueeze', [x, this.ints(axes)]) : x;
  }

  squeeze(x: Value, axes: readonly number[]): Value {
    return axes.length ? this.node('Squeeze', [x, this.ints(axes)]) : x;
  }

  expand(x: Value, shape: readonly number[]): Value {
    return sameStatic(x.shape, shape) ? x : this.node('Expand', [x, this.ints(shape)]);
  }

  /** Broadcasts to the shape of `like`, whatever its symbolic dimensions. */
  expandLike(x: Value, like: Value): Value {
    if (isStatic(like.shape)) return this.expand(x, like.shape);
    return like.shape && x.shape && sameShape(x.shape, like.shape)
      ? x
      : this.node('Expand', [x, this.node('Shape', [like])]);
  }

  private reduce(type: string, x: Value, axes: readonly number[] | undefined, keepdims: boolean): Value {
    if (axes?.length === 0) return x;
    return this.node(type, [x, axes && this.ints(axes)], { keepdims });
  }

  /** Sums over `axes` (all when left out). */
  reduceSum = (x: Value, axes?: readonly number[], keepdims = false): Value =>
    this.reduce('ReduceSum', x, axes, keepdims);
  reduceMean = (x: Value, axes?: readonly number[], keepdims = false): Value =>
    this.reduce('ReduceMean', x, axes, keepdims);
  reduceMax = (x: Value, axes?: readonly number[], keepdims = false): Value =>
    this.reduce('ReduceMax', x, axes, keepdims);
  reduceMin = (x: Value, axes?: readonly number[], keepdims = false): Value =>
    this.reduce('ReduceMin', x, axes, keepdims);

  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? values[0]! : this.node('Concat', values, { axis });
  }

  /** Splits along `axis` into pieces of the given lengths. */
  split(x: Value, lengths: readonly number[], axis: number): Value[] {
    return lengths.length === 1 ? [x] : this.nodes('Split', [x, this.ints(lengths)], { axis }, lengths.length);
  }

  slice(
    x: Value,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps?: readonly number[],
  ): Value {
    return this.node('Slice', [x, this.ints(starts), this.ints(ends), this.ints(axes), steps && this.ints(steps)]);
  }

  /** Pads with `value`; `pads` are all begins, then all ends. */
  pad(x: Value, pads: readonly number[], value = 0): Value {
    if (pads.every((pad) => pad === 0)) return x;
    return this.node('Pad', [x, this.ints(pads), value === 0 ? undefined : this.scalar(value, x)]);
  }

  gather = (x: Value, indices: Value, axis = 0): Value => this.node('Gather', [x, indices], { axis });
  softmax = (x: Value, axis = -1): Value => this.node('Softmax', [x], { axis });

  /** A block of one number, of a static shape. */
  full(shape: readonly number[], value: number, like: DType | Value = 'float32'): Value {
    return this.expand(this.scalar(value, like), shape);
  }

  /** A block of one number in the shape and type of `like`, whatever its symbolic dimensions. */
  fullLike(like: Value, value: number): Value {
    if (isStatic(like.shape)) return this.full(like.shape, value, like);
    return this.node('Expand', [this.scalar(value, like), this.node('Shape', [like])]);
  }
}

/** Optional inputs omitted at the end; onnxruntime's Squeeze, for one, fails on an empty name there. */
function withoutTrailing(inputs: readonly (Value | undefined)[]): (Value | undefined)[] {
  return inputs.slice(0, inputs.findLastIndex((input) => input !== undefined) + 1);
}

function sameStatic(shape: Shape | undefined, wanted: readonly number[]): boolean {
  return shape?.length === wanted.length && shape.every((dim, axis) => dim === wanted[axis]);
}

/** Negative zero and NaN payloads count as different from zero and equal to each other, which is safe here. */
function constantKey(tensor: Tensor): string {
  return isFloat(tensor.dtype)
    ? elements(tensor)
        .map((value) => (Object.is(value, -0) ? '-0' : value))
        .join()
    : Array.from(tensor.data as ArrayLike<number | bigint>).join();
}
