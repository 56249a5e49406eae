// Mixed precision: matrix products, convolutions and what lies between them work on float16; the rest stays float32.
import { onnxTypeNumbers } from '../ir/onnxTypes.js';
import { Node, Value, type Graph } from '../ir/graph.js';
import { elements, tensorOf } from '../ir/tensor.js';

/** Where the bulk of the arithmetic is: their inputs are brought to float16. */
const products = new Set(['MatMul', 'Gemm', 'Conv', 'ConvTranspose']);

/**
 * Operators that lose nothing by float16: they work on it where an input already is float16 and the others may as well be.
 * Sums over many elements, exponentials, logarithms, quotients and powers are not among them.
 */
const followers = new Set([
  ...['Add', 'Sub', 'Mul', 'Neg', 'Abs', 'Min', 'Max', 'Clip', 'Where', 'Sign', 'Identity'],
  ...['Relu', 'LeakyRelu', 'PRelu', 'ThresholdedRelu', 'Sigmoid', 'Tanh', 'HardSigmoid', 'HardSwish', 'Elu'],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Expand', 'Tile', 'Slice', 'Split', 'Concat', 'Pad'],
  ...['Gather', 'GatherElements', 'GatherND', 'DepthToSpace', 'SpaceToDepth', 'Trilu', 'MaxPool', 'GlobalMaxPool'],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal'],
]);

const largestHalf = 65504;
/** Below it float16 loses digits. */
const smallestNormalHalf = 2 ** -14;

export interface HalfPrecisionOptions {
  /** Float32 inputs that are weights: they are cast where they are used. */
  readonly weights: ReadonlySet<Value>;
  /** What follows from these values stays as it is: unscaled gradients and all that the optimizer makes of them. */
  readonly keep: ReadonlySet<Value>;
}

/** Rewrites the graph in place; its inputs and outputs keep their types. Nodes must be in the order of computation. */
export function computeInHalf(graph: Graph, options: HalfPrecisionOptions): void {
  new HalfPrecision(graph, options).rewrite();
}

class HalfPrecision {
  private readonly nodes: Node[] = [];
  /** The float16 form of float32 values. */
  private readonly halves = new Map<Value, Value>();
  /** Float32 values that are computed as float16. */
  private readonly lowered = new Set<Value>();
  private readonly kept: Set<Value>;
  private readonly outputs: ReadonlySet<Value>;

  constructor(
    private readonly graph: Graph,
    private readonly options: HalfPrecisionOptions,
  ) {
    this.kept = new Set(options.keep);
    this.outputs = new Set(graph.outputs);
  }

  rewrite(): void {
    for (const node of this.graph.nodes) {
      if (node.inputs.some((input) => input && this.kept.has(input)))
        for (const output of node.outputs) this.kept.add(output);
      if (this.belongs(node)) this.lower(node);
      else this.nodes.push(node);
    }
    this.graph.nodes = this.nodes;
  }

  private belongs(node: Node): boolean {
    if (node.domain !== '' || node.outputs.some((output) => this.kept.has(output))) return false;
    const floats = node.inputs.filter((input) => input?.dtype === 'float32') as Value[];
    if (products.has(node.type)) return floats.length > 0;
    if (!followers.has(node.type) || isSquare(node)) return false;
    // A result of the phase is read by the host: the last step to it keeps its digits.
    if (node.outputs.some((output) => this.outputs.has(output))) return false;
    return floats.some((input) => this.lowered.has(input)) && floats.every((input) => this.mayBeHalf(input));
  }

  private mayBeHalf(value: Value): boolean {
    if (this.lowered.has(value) || this.options.weights.has(value)) return true;
    if (value.constant) return elements(value.constant).every(isExactEnough);
    const { producer } = value;
    return producer?.type === 'Cast' && producer.inputs[0]?.dtype === 'bool';
  }

  /** Gives a node float16 inputs and outputs; the float32 outputs are casts of them, for who still wants those. */
  private lower(node: Node): void {
    node.inputs = node.inputs.map((input) => (input?.dtype === 'float32' ? this.half(input) : input));
    const results: Node[] = [];
    node.outputs = node.outputs.map((output) => {
      if (output.dtype !== 'float32') return output;
      const half = new Value(`${output.name}/half`, { dtype: 'float16', ...(output.shape && { shape: output.shape }) });
      half.producer = node;
      this.halves.set(output, half);
      this.lowered.add(output);
      results.push(castNode(`${output.name}/whole`, half, output, 'float32'));
      return half;
    });
    this.nodes.push(node, ...results);
  }

  private half(value: Value): Value {
    let half = this.halves.get(value);
    if (half) return half;
    half = new Value(`${value.name}/half`, { dtype: 'float16', ...(value.shape && { shape: value.shape }) });
    this.halves.set(value, half);
    if (value.constant) half.constant = tensorOf('float16', value.constant.shape, elements(value.constant));
    else this.nodes.push(castNode(half.name, value, half, 'float16'));
    return half;
  }
}

function castNode(name: string, from: Value, to: Value, dtype: 'float16' | 'float32'): Node {
  return new Node('Cast', name, [from], [to], { to: { kind: 'int', value: onnxTypeNumbers[dtype] } });
}

/** Squares leave the range of float16 early. */
function isSquare({ type, inputs }: Node): boolean {
  return type === 'Mul' && inputs[0] === inputs[1];
}

function isExactEnough(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= smallestNormalHalf && size <= largestHalf);
}
