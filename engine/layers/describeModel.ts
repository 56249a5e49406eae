// What a model costs: per layer and in all, shapes, parameters, operations and memory of activations.
import { byteSize, type DType } from '../ir/dtype.js';
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import { Graph, Value, type Node, type ValueType } from '../ir/graph.js';
import { sizeOf, type Shape } from '../ir/shape.js';
import { definitionOf } from '../ops/index.js';
import { DeclaringHost, inputShape } from './lowerModel.js';
import { located, ModelLowering, nameLayer, TensorLedger, type DeclaredTensor } from './modelLowering.js';
import type { ModelSpec } from './modelSpec.js';
import { resolveModel, type ResolvedLayer } from './resolveModel.js';

export interface Costs {
  /** Numbers that training may change. */
  readonly trainable: number;
  /** Numbers kept with the model that it does not: frozen parameters and running statistics. */
  readonly fixed: number;
  /** Floating-point operations of the forward pass for one example, a multiply-add counted as 2. */
  readonly flops: number;
  /** Bytes of the forward pass's intermediate results for one example: what training keeps. */
  readonly activationBytes: number;
}

export interface LayerOutput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface LayerDescription extends Costs {
  readonly id: string;
  readonly type: string;
  /** Of the first output, for one example (without the batch). */
  readonly outputShape: Shape;
  /** All outputs by the names of their ports, for one example. */
  readonly outputs: readonly LayerOutput[];
  readonly tensors: readonly DeclaredTensor[];
}

export interface ModelDescription {
  readonly layers: readonly LayerDescription[];
  readonly total: Costs;
  /** Layers with faults, and those behind them, are left out above. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What layers cost by themselves, as they were found before: it makes describing a changed model quick. */
export type KnownLayers = Map<string, LayerTrial>;

/** One layer over inputs of given types; its tensors have their names within the layer (`.weight`). */
export interface LayerTrial extends Costs {
  readonly outputs: readonly ValueType[];
  readonly tensors: readonly DeclaredTensor[];
}

/** Entries beyond this begin a new table: someone has been dragging a slider. */
const mostKnown = 20_000;

/**
 * Describes the evaluation graph at a batch of one. Named sizes count as 1 unless `dimensions` gives
 * them numbers; a layer that shares tensors counts none of its own. Layers are tried one by one over the types of
 * their inputs; with `known` kept between calls only those that changed are.
 */
export function describeModel(
  spec: ModelSpec,
  dimensions: Readonly<Record<string, number>> = {},
  known: KnownLayers = new Map(),
): ModelDescription {
  const { model, diagnostics } = resolveModel(spec);
  const ledger = new TensorLedger();
  const types = new Map<string, ValueType>(
    spec.inputs.map((input) => [input.id, { dtype: input.dtype, shape: inputShape(input, 1, dimensions) }]),
  );
  const layers: LayerDescription[] = [];
  for (const layer of model.layers) {
    const sources = layer.sources.flatMap((source) => types.get(source) ?? []);
    if (sources.length < layer.sources.length) continue;
    const found = attempt(layer, () => describeLayer(layer, tried(layer, sources, known), ledger));
    if ('faults' in found) diagnostics.push(...found.faults);
    else layers.push(found.value);
    if ('value' in found)
      found.value.outputs.forEach(({ name, dtype, shape }, index) => {
        types.set(index ? `${layer.id}:${name}` : layer.id, { dtype, shape: [1, ...shape] });
      });
  }
  return { layers, total: totalOf(layers), diagnostics };
}

function totalOf(layers: readonly Costs[]): Costs {
  const sum = (cost: keyof Costs): number => layers.reduce((total, layer) => total + layer[cost], 0);
  return {
    trainable: sum('trainable'),
    fixed: sum('fixed'),
    flops: sum('flops'),
    activationBytes: sum('activationBytes'),
  };
}

/** Faults of the layer as data; other errors are ours and go on. */
function attempt<T>(
  layer: ResolvedLayer,
  work: () => T,
): { readonly value: T } | { readonly faults: readonly Diagnostic[] } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { code, message, place, diagnostics } = error;
    const own: Diagnostic = { code, severity: 'error', message: nameLayer(message, layer), place };
    return { faults: (diagnostics.length ? diagnostics : [own]).map((fault) => located(fault, layer)) };
  }
}

function tried(layer: ResolvedLayer, sources: readonly ValueType[], known: KnownLayers): LayerTrial {
  const types = sources.map(({ dtype, shape }) => [dtype, shape]);
  const key = JSON.stringify([layer.definition.type, layer.options, layer.frozen, types]);
  const before = known.get(key);
  if (before) return before;
  const trial = tryLayer(layer, sources);
  if (known.size >= mostKnown) known.clear();
  known.set(key, trial);
  return trial;
}

/** Lowers one layer onto a graph of its own. @throws EngineError with the diagnostics where it has faults */
function tryLayer(layer: ResolvedLayer, sources: readonly ValueType[]): LayerTrial {
  const graph = new Graph(layer.id);
  const host = new DeclaringHost(graph, false);
  const keys = sources.map((_, index) => `input ${index}`);
  const inputs = new Map(sources.map((type, index) => [keys[index]!, new Value(keys[index]!, type)]));
  const alone = { inputs: [], outputs: [], layers: [{ ...layer, sources: keys, owner: '' }] };
  const { layers, diagnostics } = new ModelLowering(host).lower(alone, inputs);
  const [lowered] = layers;
  if (!lowered) throw new EngineError('layer.invalid', diagnostics[0]?.message ?? '', {}, diagnostics);
  const numbers = (trainable: boolean): number =>
    lowered.tensors.reduce((sum, tensor) => sum + (tensor.trainable === trainable ? sizeOf(tensor.shape) : 0), 0);
  return {
    outputs: lowered.outputs.map(({ dtype = 'float32', shape = [] }) => ({ dtype, shape })),
    tensors: lowered.tensors,
    trainable: numbers(true),
    fixed: numbers(false),
    flops: graph.nodes.reduce((sum, node) => sum + flopsOf(node), 0),
    activationBytes: graph.nodes.reduce((sum, { outputs }) => sum + outputs.reduce(addBytes, 0), 0),
  };
}

function describeLayer(layer: ResolvedLayer, trial: LayerTrial, ledger: TensorLedger): LayerDescription {
  const tensors = trial.tensors
    .map((tensor) => ({ ...tensor, name: `${layer.owner}${tensor.name}` }))
    .filter(({ name, shape }) => ledger.claim(name, shape));
  const shares = tensors.length < trial.tensors.length;
  const own = (trainable: boolean): number =>
    tensors.reduce((sum, tensor) => sum + (tensor.trainable === trainable ? sizeOf(tensor.shape) : 0), 0);
  return {
    id: layer.id,
    type: layer.definition.type,
    outputShape: (trial.outputs[0]?.shape ?? []).slice(1),
    outputs: trial.outputs.map(({ dtype, shape }, index) => ({
      name: layer.definition.outputs[index] ?? 'output',
      dtype,
      shape: shape.slice(1),
    })),
    tensors,
    trainable: shares ? own(true) : trial.trainable,
    fixed: shares ? own(false) : trial.fixed,
    flops: trial.flops,
    activationBytes: trial.activationBytes,
  };
}

function flopsOf(node: Node): number {
  return definitionOf(node.type, node.domain)?.flops(node) ?? 0;
}

function addBytes(sum: number, { shape, dtype }: Value): number {
  if (!shape || !dtype) return sum;
  return sum + shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), byteSize(dtype));
}
