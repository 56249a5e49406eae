// A model file as a graph in the engine's own operators.
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import type { Graph, Node } from '../ir/graph.js';
import { subgraphsOf } from '../ir/subgraphs.js';
import { inferTypes } from '../ops/inferTypes.js';
import { decodeModel, type DecodedModel, type DecodeOptions } from './decode.js';
import { internalOpset } from './opsets.js';
import { upgradeGraph } from './upgrade/upgrade.js';

export interface ImportOptions extends DecodeOptions {
  /** Sizes of symbolic dimensions by name, as `{ batch: 32 }`. */
  readonly dimensions?: Readonly<Record<string, number>>;
  /** The size of the first dimension of every input, where that is symbolic or unknown. */
  readonly batch?: number;
}

export interface ImportedGraph {
  /** In the internal opset, with inferred types. */
  readonly graph: Graph;
  /** What is written around the graph; its opset is that of the upgraded graph, so that it can be encoded again. */
  readonly model: DecodedModel;
  /** The opset that the file was written in. */
  readonly opset: number;
  /** What was kept without being understood, and where shapes or types do not fit. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Decodes, upgrades to the internal opset and infers types. Throws `onnx.*`, located, and `import.dimension`. */
export function importModel(bytes: Uint8Array, options: ImportOptions = {}): ImportedGraph {
  return importDecoded(decodeModel(bytes, options), options);
}

/** As {@link importModel}, for a model that was decoded already; its graph is changed. */
export function importDecoded(decoded: DecodedModel, options: ImportOptions = {}): ImportedGraph {
  const { graph } = decoded;
  const opset = decoded.opsets['']!;
  const upgraded = upgradeGraph(graph, opset);
  absorbIdentities(graph);
  fixDimensions(graph, options);
  const model = { ...decoded, opsets: { ...decoded.opsets, '': Math.max(opset, internalOpset) } };
  return { graph, model, opset, diagnostics: [...decoded.diagnostics, ...upgraded, ...inferTypes(graph)] };
}

/**
 * PyTorch writes equal tensors once and names the others by Identity nodes. They are weights of their own: those that
 * start equal (biases of 0, scales of 1) must not stay equal.
 */
function absorbIdentities(graph: Graph): void {
  const outputs = new Set(graph.outputs);
  graph.nodes = graph.nodes.filter((node) => {
    const [source] = node.inputs;
    const [output] = node.outputs;
    if (!isIdentity(node) || !source?.constant || !output || outputs.has(output)) return true;
    const { dtype, shape, constant } = source;
    Object.assign(output, { dtype, shape, constant, producer: undefined });
    return false;
  });
}

function isIdentity({ type, domain }: Node): boolean {
  return type === 'Identity' && domain === '';
}

function fixDimensions(graph: Graph, { dimensions = {}, batch }: ImportOptions): void {
  const sizes = new Map<string, number>(Object.entries(dimensions));
  for (const [name, size] of [...sizes, ['batch', batch ?? 1] as const])
    if (!Number.isSafeInteger(size) || size < 1)
      throw new EngineError('import.dimension', `Dimension '${name}': must be a positive whole number, got ${size}`);
  if (batch !== undefined)
    for (const input of graph.inputs) {
      const first = input.shape?.[0];
      if (typeof first === 'string' && !sizes.has(first)) sizes.set(first, batch);
      if (first === null) input.shape = input.shape!.with(0, batch);
    }
  if (sizes.size) substitute(graph, sizes, batch !== undefined);
}

/** Names of dimensions of inner values are forgotten where the batch was fixed: exporters make new ones of it. */
function substitute(graph: Graph, sizes: ReadonlyMap<string, number>, forget: boolean): void {
  for (const value of graph.values()) {
    const known = !(forget && value.producer);
    value.shape = value.shape?.map((dim) => (typeof dim === 'string' ? (sizes.get(dim) ?? (known ? dim : null)) : dim));
  }
  for (const node of graph.nodes) for (const { graph: inner } of subgraphsOf(node)) substitute(inner, sizes, forget);
}
