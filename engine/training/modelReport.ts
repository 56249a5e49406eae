// What a foreign model is made of and what of it can be trained.
import type { Diagnostic } from '../ir/diagnostic.js';
import { byteSize, isFloat, type DType } from '../ir/dtype.js';
import type { Graph, Node, Value } from '../ir/graph.js';
import { isStatic, sizeOf, type Shape } from '../ir/shape.js';
import { cloneGraph } from '../ir/cloneGraph.js';
import { subgraphsOf } from '../ir/subgraphs.js';
import type { DecodedModel } from '../onnx/decode.js';
import { isNotDifferentiable } from '../ops/defineOp.js';
import { definitionOf } from '../ops/index.js';
import { weightsOfGraph } from './importedModel.js';

export interface ReportedValue {
  readonly name: string;
  readonly dtype: DType | undefined;
  readonly shape: Shape | undefined;
}

export interface ReportedOperator {
  readonly type: string;
  readonly domain: string;
  readonly count: number;
  /** Nodes of it inside If, Loop or Scan. */
  readonly inSubgraphs: number;
  readonly supported: boolean;
}

export interface ReportedParameter {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly trainable: boolean;
  /** Why it is not trainable. */
  readonly reason?: string;
}

export interface ModelReport {
  readonly name: string;
  readonly opset: number;
  readonly irVersion: number;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly ReportedValue[];
  readonly outputs: readonly ReportedValue[];
  readonly operators: readonly ReportedOperator[];
  readonly parameters: readonly ReportedParameter[];
  /** Elements of all parameters, and of those that can be trained. */
  readonly elements: number;
  readonly trainableElements: number;
  /** Floating-point operations of one run, symbolic dimensions counted as 1; a multiply-add is 2. */
  readonly flops: number;
  /** Bytes of all parameters. */
  readonly parameterBytes: number;
  /** Bytes of all intermediate results of one run, symbolic dimensions counted as 1: what training keeps. */
  readonly activationBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Constants that may be parameters: of float type and at least one axis. Numbers that a model computes with have none. */
export function parameterCandidates(graph: Graph): Value[] {
  return graph.constants().filter(({ constant }) => isFloat(constant!.dtype) && constant!.shape.length > 0);
}

/** Candidates that some operator passes a gradient to. */
export function differentiableConstants(graph: Graph): Set<Value> {
  const candidates = new Set(parameterCandidates(graph));
  const found = new Set<Value>();
  for (const node of graph.nodes)
    node.inputs.forEach((input, index) => {
      if (input && candidates.has(input) && refusal(node, index) === undefined) found.add(input);
    });
  return found;
}

/** `opset` is that of the file, `candidates` are its constants; those that folding made are none of its parameters. */
export function reportOn(
  model: DecodedModel,
  opset: number,
  candidates: readonly Value[],
  diagnostics: readonly Diagnostic[],
): ModelReport {
  const { graph } = model;
  const { nodes } = withoutSymbols(graph);
  const parameters = parametersOf(graph, candidates);
  const total = (list: readonly ReportedParameter[]): number => list.reduce((sum, { elements }) => sum + elements, 0);
  return {
    name: graph.name,
    opset,
    irVersion: model.irVersion,
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    metadata: model.metadata,
    inputs: graph.inputs.map(reported),
    outputs: graph.outputs.map(reported),
    operators: operatorsOf(graph),
    parameters,
    elements: total(parameters),
    trainableElements: total(parameters.filter(({ trainable }) => trainable)),
    flops: nodes.reduce((sum, node) => sum + (definitionOf(node.type, node.domain)?.flops(node) ?? 0), 0),
    parameterBytes: parameters.reduce((sum, { dtype, elements }) => sum + elements * byteSize(dtype), 0),
    activationBytes: nodes.reduce((sum, { outputs }) => sum + outputs.reduce(addBytes, 0), 0),
    diagnostics: [...diagnostics, ...unsupported(graph)],
  };
}

/** A copy in which sizes that are not known count as 1. */
function withoutSymbols(original: Graph): Graph {
  const { graph } = cloneGraph(original);
  for (const value of graph.values()) value.shape = value.shape?.map((dim) => (typeof dim === 'number' ? dim : 1));
  return graph;
}

function addBytes(sum: number, { dtype, shape }: Value): number {
  return dtype && isStatic(shape) ? sum + sizeOf(shape) * byteSize(dtype) : sum;
}

function reported({ name, dtype, shape }: Value): ReportedValue {
  return { name, dtype, shape };
}

function operatorsOf(graph: Graph): ReportedOperator[] {
  const found = new Map<string, { type: string; domain: string; count: number; inSubgraphs: number }>();
  const count = (inner: Graph, nested: boolean): void => {
    for (const node of inner.nodes) {
      const key = `${node.domain}.${node.type}`;
      const entry = found.get(key) ?? { type: node.type, domain: node.domain, count: 0, inSubgraphs: 0 };
      entry.count++;
      if (nested) entry.inSubgraphs++;
      found.set(key, entry);
      for (const { graph: deeper } of subgraphsOf(node)) count(deeper, true);
    }
  };
  count(graph, false);
  const known = (type: string, domain: string): boolean => definitionOf(type, domain) !== undefined;
  return [...found.values()]
    .map((entry) => ({ ...entry, supported: known(entry.type, entry.domain) }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}

function titleOf({ domain, type, name }: Node): string {
  return `${domain ? `${domain}.` : ''}${type} '${name}'`;
}

function unsupported(graph: Graph): Diagnostic[] {
  return graph.nodes
    .filter((node) => !definitionOf(node.type, node.domain))
    .map((node) => ({
      code: 'operator.unsupported',
      severity: 'warning',
      message: `${titleOf(node)}: training through this operator is not supported; only what comes after it can be trained`,
      place: { node: node.name },
    }));
}

function parametersOf(graph: Graph, candidates: readonly Value[]): ReportedParameter[] {
  const used = new Set(graph.constants());
  const blocked = new Map<Value, string>();
  const reached = reachedByGradient(graph, blocked);
  const statistics = runningStatistics(graph);
  const weights = weightsOfGraph(graph);
  return candidates
    .filter((value) => used.has(value))
    .map((value) => {
      const { dtype, shape, data } = value.constant!;
      const reason = statistics.has(value)
        ? 'running statistics: estimated from data, not learned by gradient'
        : dtype !== 'float32'
          ? `float32 can be trained, got ${dtype}`
          : reached.has(value)
            ? weights.has(value.name)
              ? undefined
              : 'a constant of the computation, not where its operator takes a weight'
            : (blocked.get(value) ?? 'no output depends on it by a gradient');
      const common = { name: value.name, dtype, shape, elements: data.length };
      return reason === undefined ? { ...common, trainable: true } : { ...common, trainable: false, reason };
    });
}

/** Values that a gradient arrives at from the outputs; `blocked` says what held it back elsewhere. */
function reachedByGradient(graph: Graph, blocked: Map<Value, string>): Set<Value> {
  const reached = new Set<Value>(graph.outputs);
  const touched = new Map<Value, string>();
  for (const node of [...graph.nodes].reverse()) {
    const upstream = node.outputs.map((output) => touched.get(output)).find((reason) => reason !== undefined);
    const arrives = node.outputs.some((output) => reached.has(output));
    node.inputs.forEach((input, index) => {
      if (!input) return;
      const reason = arrives ? refusal(node, index) : (upstream ?? 'no output depends on it');
      if (reason === undefined) reached.add(input);
      else {
        touched.set(input, reason);
        blocked.set(input, reason);
      }
    });
  }
  return reached;
}

/** Why no gradient goes from the outputs of a node to its input `index`; `undefined` where one does. */
export function refusal(node: Node, index: number): string | undefined {
  const definition = definitionOf(node.type, node.domain);
  if (!definition) return `training through ${titleOf(node)} is not supported`;
  const rule = definition.gradientOf(index);
  return isNotDifferentiable(rule) ? `${titleOf(node)}: ${rule.notDifferentiable}` : undefined;
}

function runningStatistics(graph: Graph): Set<Value> {
  const norms = graph.nodes.filter((node) => node.type === 'BatchNormalization' && node.domain === '');
  return new Set(norms.flatMap(({ inputs }) => inputs.slice(3, 5)).filter((value) => value !== undefined));
}
