// An ONNX graph from a file as a model to train: its weights become parameters, its batch is set, its head may be new.
import { EngineError } from '../ir/diagnostic.js';
import { isFloat } from '../ir/dtype.js';
import { Node, type Graph, type Value } from '../ir/graph.js';
import { formatShape, isStatic, type Shape } from '../ir/shape.js';
import { tensorOf, type Tensor } from '../ir/tensor.js';
import type { ModelHost } from '../layers/modelLowering.js';
import { importModel } from '../onnx/importModel.js';
import { lowerRecurrent } from '../ops/recurrent/lowerRecurrent.js';
import type { Emit } from '../ops/emit.js';
import { definitionOf } from '../ops/index.js';
import { shapeOf } from '../ops/valueTypes.js';
import type { ForwardModel } from './forwardModel.js';

export interface ImportedSource {
  readonly name: string;
  /** The file, external data included. */
  readonly bytes: Uint8Array;
  /** Outputs of a new last layer; left out: the file's own is kept. */
  readonly newHead?: number | undefined;
  /** Losses from logits do not want the softmax that many files end with. */
  readonly dropSoftmax: boolean;
}

/** Which inputs of an operator hold what training changes. */
const weightPorts: Readonly<Record<string, readonly number[]>> = {
  Add: [0, 1],
  BatchNormalization: [1, 2],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gather: [0],
  Gemm: [0, 1, 2],
  GroupNormalization: [1, 2],
  GRU: [1, 2, 3],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  LSTM: [1, 2, 3, 7],
  MatMul: [0, 1],
  Mul: [0, 1],
  PRelu: [1],
  RMSNormalization: [1],
  RNN: [1, 2, 3],
  // Exporters that fold nothing write a layer's weight as the transpose of PyTorch's.
  Transpose: [0],
};

/**
 * True for a constant that is a weight: a float tensor where its operator takes a weight. A single number is one as a
 * bias of one output, but not where it is merely added or multiplied.
 */
function isWeight(node: Node, index: number, value: Value): boolean {
  const { constant } = value;
  if (constant?.dtype !== 'float32' || constant.shape.length === 0) return false;
  if (constant.data.length < 2 && (node.type === 'Add' || node.type === 'Mul')) return false;
  return node.domain === '' && (weightPorts[node.type]?.includes(index) ?? false);
}

/** The weights of a file by name, as a fresh state starts from them. */
export function weightsOfGraph(graph: Graph): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const node of graph.nodes)
    node.inputs.forEach((value, index) => {
      if (value && isWeight(node, index, value)) weights.set(value.name, value.constant!);
    });
  return weights;
}

/** The graph of a file, read anew: lowering does not change it. Throws `onnx.*`. */
export function graphOf(source: ImportedSource): Graph {
  return importModel(source.bytes).graph;
}

export function importedModel(source: ImportedSource): ForwardModel {
  const graph = graphOf(source);
  return {
    name: source.name,
    inputs: graph.inputs.map(({ name }) => name),
    lower: (host, inputs) => new Transplant(source, graph, host).run(inputs),
  };
}

/** Emits the nodes of a graph onto a host, with other inputs. */
class Transplant {
  private readonly values = new Map<Value, Value>();
  private readonly emit: Emit;

  constructor(
    private readonly source: ImportedSource,
    private readonly graph: Graph,
    private readonly host: ModelHost,
  ) {
    this.emit = host.emit;
  }

  run(inputs: ReadonlyMap<string, Value>): Value {
    for (const input of this.graph.inputs) {
      const given = inputs.get(input.name);
      if (!given)
        throw new EngineError('train.input', `Model '${this.source.name}': input '${input.name}' must be given`);
      checkInput(this.source.name, input, given);
      this.values.set(input, given);
    }
    const end = this.end();
    for (const node of neededFor(this.graph, end.value)) this.node(node);
    const prediction = end.head ? this.newHead(this.take(end.value)) : this.take(end.value);
    lowerRecurrent(this.emit);
    return prediction;
  }

  /** The value that is the prediction, or the features under a head that is replaced. */
  private end(): { value: Value; head: boolean } {
    let value = this.graph.outputs[0]!;
    const { newHead, dropSoftmax } = this.source;
    const passing = newHead === undefined ? (dropSoftmax ? ['Softmax', 'LogSoftmax', 'Identity'] : []) : headEnds;
    while (value.producer && passing.includes(value.producer.type)) value = value.producer.inputs[0]!;
    if (newHead === undefined) return { value, head: false };
    const last = value.producer?.type === 'Add' ? matMulUnder(value.producer) : value.producer;
    if (last?.type !== 'Gemm' && last?.type !== 'MatMul')
      throw new EngineError(
        'fineTune.head',
        `Model '${this.source.name}': to replace the head, the last layer must be a Gemm or MatMul, got ${last?.type ?? 'an input'}`,
      );
    return { value: last.inputs[0]!, head: true };
  }

  private newHead(features: Value): Value {
    const { emit, host } = this;
    const units = this.source.newHead!;
    const width = shapeOf(features).at(-1);
    if (typeof width !== 'number')
      throw new EngineError(
        'fineTune.head',
        `Model '${this.source.name}': the features under the head have no known width`,
      );
    const weight = host.parameter('head.weight', {
      shape: [units, width],
      initializer: { type: 'glorotUniform' },
    });
    const bias = host.parameter('head.bias', { shape: [units], initializer: { type: 'zeros' }, decay: false });
    return emit.node('Gemm', [features, weight, bias], { transB: true }, 'head');
  }

  private node(node: Node): void {
    const inputs = node.inputs.map((value, index) => value && this.input(node, index, value));
    const folded = this.fold(node, inputs);
    if (folded) {
      folded.forEach((tensor, index) => this.values.set(node.outputs[index]!, this.emit.constant(tensor)));
      return;
    }
    const copy = this.emit.copy(node, inputs);
    definitionOf(node.type, node.domain)
      ?.infer(copy)
      ?.forEach(({ dtype, shape }, index) => {
        const output = copy.outputs[index];
        if (output) Object.assign(output, { dtype, shape });
      });
    node.outputs.forEach((output, index) => this.values.set(output, copy.outputs[index]!));
  }

  /** Shape arithmetic becomes constants once the batch is known. */
  private fold(node: Node, inputs: readonly (Value | undefined)[]): readonly Tensor[] | undefined {
    const [first] = inputs;
    if (node.type === 'Shape' && Object.keys(node.attributes).length === 0 && isStatic(first?.shape))
      return [tensorOf('int64', [first.shape.length], first.shape)];
    if (!inputs.every((value) => !value || value.constant)) return undefined;
    return definitionOf(node.type, node.domain)?.evaluate(
      new Node(node.type, node.name, [...inputs], [], node.attributes),
    );
  }

  private input(node: Node, index: number, value: Value): Value {
    if (!isWeight(node, index, value)) return this.take(value);
    const shape = value.constant!.shape;
    // Scales and biases do not decay, as in models drawn here.
    return this.host.parameter(value.name, { shape, initializer: { type: 'zeros' }, decay: shape.length > 1 });
  }

  private take(value: Value): Value {
    const known = this.values.get(value);
    if (known) return known;
    if (!value.constant)
      throw new EngineError('train.value', `Model '${this.source.name}': value '${value.name}' is made by nothing`);
    const constant = this.emit.constant(value.constant, value.name);
    this.values.set(value, constant);
    return constant;
  }
}

const headEnds = ['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity', 'Flatten', 'Squeeze', 'Reshape'];

function matMulUnder(add: Node): Node | undefined {
  return add.inputs.map((value) => value?.producer).find((node) => node?.type === 'MatMul');
}

/** Nodes on the way to `end`, in order. */
function neededFor(graph: Graph, end: Value): Node[] {
  const needed = new Set<Node>();
  const open = [end];
  for (let value = open.pop(); value; value = open.pop()) {
    const { producer } = value;
    if (!producer || needed.has(producer)) continue;
    needed.add(producer);
    for (const input of producer.inputs) if (input) open.push(input);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

function checkInput(model: string, declared: Value, given: Value): void {
  const wanted: Shape | undefined = declared.shape;
  const got = shapeOf(given);
  const fits =
    declared.dtype === given.dtype &&
    (!wanted ||
      (wanted.length === got.length &&
        wanted.every(
          (dim, axis) => axis === 0 || typeof dim !== 'number' || typeof got[axis] !== 'number' || dim === got[axis],
        )));
  if (!fits || !(isFloat(declared.dtype) || declared.dtype === given.dtype))
    throw new EngineError(
      'train.input',
      `Model '${model}': input '${declared.name}' must be ${declared.dtype ?? 'float32'} ${formatShape(wanted)}, the data gives ${given.dtype ?? 'nothing'} ${formatShape(got)}`,
      { node: declared.name },
    );
}
