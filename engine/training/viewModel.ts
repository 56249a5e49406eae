// An ONNX file as a viewer shows it: the nodes as they stand in the file, with the types and the findings of its inspection.
import type { OnnxGraphView, OnnxNodeView, OnnxValueView, OnnxWeightView } from '../../contract/services/models.js';
import { cloneGraph } from '../ir/cloneGraph.js';
import type { Attribute, Graph, Node, Value } from '../ir/graph.js';
import { formatShape, type Shape } from '../ir/shape.js';
import { elements, type Tensor } from '../ir/tensor.js';
import { decodeModel } from '../onnx/decode.js';
import { importDecoded, type ImportOptions } from '../onnx/importModel.js';
import { definitionOf } from '../ops/index.js';
import { inspectImported } from './inspectModel.js';
import { refusal, type ModelReport } from './modelReport.js';

export interface ModelFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Throws `onnx.*` for what is no model; what is merely not understood stands in the remarks. */
export function viewModel({ file, bytes }: ModelFile, options: ImportOptions = {}): OnnxGraphView {
  const decoded = decodeModel(bytes, { ...options, file });
  const { graph } = cloneGraph(decoded.graph);
  const imported = importDecoded(decoded, options);
  const types = new Map<string, Known>();
  const obstacles = new Map(imported.graph.nodes.map((node) => [node.name, obstacleOf(node)]));
  noteTypes(imported.graph, types);
  const { report, model } = inspectImported(imported);
  noteTypes(imported.graph, types);
  return {
    file,
    bytes: bytes.length,
    producer: report.producer,
    name: report.name,
    irVersion: report.irVersion,
    opsets: { ...model.opsets, '': report.opset },
    metadata: report.metadata,
    parameters: report.elements,
    trainable: report.trainableElements,
    flops: report.flops,
    remarks: report.diagnostics.map(({ message, place }) => ({ text: message, node: place.node ?? null })),
    ...new GraphViewer(graph, types, obstacles, report).view(),
  };
}

type Known = Pick<Value, 'dtype' | 'shape'>;

/** Folding makes some values constants or leaves them out, and makes the types of others known. */
function noteTypes(graph: Graph, types: Map<string, Known>): void {
  for (const { name, dtype, shape } of graph.values()) if (dtype) types.set(name, { dtype, shape });
}

/** Empty where a gradient passes from an output to one of the inputs. */
function obstacleOf(node: Node): string {
  if (!definitionOf(node.type, node.domain)) return refusal(node, 0) ?? '';
  const reasons = node.inputs.flatMap((input, index) => (input ? [refusal(node, index)] : []));
  return reasons.every((reason) => reason !== undefined) ? (reasons[0] ?? '') : '';
}

/** Constants of at most this many numbers are shown as text. */
const shownNumbers = 8;

class GraphViewer {
  private readonly values: OnnxValueView[] = [];
  private readonly valueNumbers = new Map<Value, number>();
  private readonly weights: OnnxWeightView[] = [];
  private readonly weightNumbers = new Map<Value, number>();
  private readonly reasons: ReadonlyMap<string, ModelReport['parameters'][number]>;

  constructor(
    private readonly graph: Graph,
    private readonly types: ReadonlyMap<string, Known>,
    private readonly obstacles: ReadonlyMap<string, string>,
    report: ModelReport,
  ) {
    this.reasons = new Map(report.parameters.map((parameter) => [parameter.name, parameter]));
  }

  view(): Pick<OnnxGraphView, 'inputs' | 'outputs' | 'nodes' | 'edges' | 'values' | 'weights'> {
    const { graph, values, weights } = this;
    const inputs = graph.inputs.map((value) => this.valueView(value));
    const outputs = graph.outputs.map((value) => this.valueView(value));
    const nodes = graph.nodes.map((node) => this.node(node));
    return { inputs, outputs, nodes, edges: this.edges(), values, weights };
  }

  private valueView(value: Value): OnnxValueView {
    const { dtype = value.dtype, shape = value.shape } = this.types.get(value.name) ?? {};
    return { name: value.name, dtype: dtype ?? '', shape: shape ? shapeText(shape) : null };
  }

  private valueNumber(value: Value): number {
    const known = this.valueNumbers.get(value);
    if (known !== undefined) return known;
    this.valueNumbers.set(value, this.values.length);
    return this.values.push(this.valueView(value)) - 1;
  }

  private weightNumber(value: Value, { dtype, shape }: Tensor): number {
    const known = this.weightNumbers.get(value);
    if (known !== undefined) return known;
    this.weightNumbers.set(value, this.weights.length);
    const found = this.reasons.get(value.name);
    const trainable = found?.trainable ?? false;
    const reason = trainable ? '' : (found?.reason ?? 'a constant of the computation');
    return this.weights.push({ name: value.name, dtype, shape, trainable, reason }) - 1;
  }

  private node(node: Node): OnnxNodeView {
    const attributes = new Map(Object.entries(node.attributes).map(([name, value]) => [name, attributeText(value)]));
    const weights: number[] = [];
    const ports = definitionOf(node.type, node.domain)?.inputs;
    node.inputs.forEach((input, index) => {
      if (!input?.constant) return;
      const { data } = input.constant;
      if (data.length > shownNumbers || this.reasons.has(input.name))
        weights.push(this.weightNumber(input, input.constant));
      else attributes.set(ports?.[index]?.name ?? `input ${index + 1}`, tensorText(input.constant));
    });
    return {
      name: node.name,
      type: node.type,
      domain: node.domain,
      outputs: node.outputs.map((output) => this.valueNumber(output)),
      weights,
      attributes: Object.fromEntries(attributes),
      obstacle: this.obstacles.get(node.name) ?? '',
    };
  }

  private edges(): OnnxGraphView['edges'] {
    const { graph } = this;
    const makers = new Map<Value, number>(graph.inputs.map((value, index) => [value, -1 - index]));
    graph.nodes.forEach((node, index) => node.outputs.forEach((output) => makers.set(output, index)));
    const edges: [number, number, number][] = [];
    const add = (value: Value | undefined, to: number): void => {
      const from = value && makers.get(value);
      if (from !== undefined) edges.push([from, to, this.valueNumber(value!)]);
    };
    graph.nodes.forEach((node, index) => new Set(node.inputs).forEach((input) => add(input, index)));
    graph.outputs.forEach((output, index) => add(output, -1 - index));
    return {
      from: Int32Array.from(edges, ([from]) => from),
      to: Int32Array.from(edges, ([, to]) => to),
      value: Int32Array.from(edges, ([, , value]) => value),
    };
  }
}

function shapeText(shape: Shape): string[] {
  return shape.map((dim) => (dim === null ? '?' : String(dim)));
}

function attributeText(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'tensor':
      return tensorText(attribute.value);
    case 'graph':
      return `a graph of ${attribute.value.nodes.length} nodes`;
    case 'graphs':
      return `${attribute.value.length} graphs`;
    case 'ints':
    case 'floats':
      return `[${shortList(attribute.value)}]`;
    case 'strings':
      return `[${attribute.value.slice(0, shownNumbers).join(', ')}]`;
    case 'float':
      return String(Number(attribute.value.toPrecision(7)));
    default:
      return String(attribute.value).slice(0, 200);
  }
}

function tensorText(tensor: Tensor): string {
  const { dtype, shape, data } = tensor;
  if (data.length > 64) return `${dtype} ${formatShape(shape)}`;
  const numbers = elements(tensor);
  return shape.length === 0 ? String(numbers[0]) : `[${shortList(numbers)}]`;
}

function shortList(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 16).map((value) => Number(value.toPrecision(7)));
  return shown.join(', ') + (numbers.length > 16 ? ', …' : '');
}
