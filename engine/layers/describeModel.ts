// What a model costs: per layer and in all, shapes, parameters, operations and memory of activations.
import { byteSize } from '../ir/dtype.js';
import type { Diagnostic } from '../ir/diagnostic.js';
import type { Node, Value } from '../ir/graph.js';
import { sizeOf, type Shape } from '../ir/shape.js';
import { definitionOf } from '../ops/index.js';
import { traceModel } from './lowerModel.js';
import type { DeclaredTensor, LoweredLayer } from './modelLowering.js';
import type { ModelSpec } from './modelSpec.js';

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

export interface LayerDescription extends Costs {
  readonly id: string;
  readonly type: string;
  /** Of the first output, for one example (without the batch). */
  readonly outputShape: Shape;
  readonly tensors: readonly DeclaredTensor[];
}

export interface ModelDescription {
  readonly layers: readonly LayerDescription[];
  readonly total: Costs;
  /** Layers with faults, and those behind them, are left out above. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Describes the evaluation graph at a batch of one. Named sizes count as 1 unless `dimensions` gives
 * them numbers; a layer that shares tensors counts none of its own.
 */
export function describeModel(spec: ModelSpec, dimensions: Readonly<Record<string, number>> = {}): ModelDescription {
  const { layers, graph, diagnostics } = traceModel(spec, { batch: 1, training: false, dimensions });
  const described = layers.map((lowered) =>
    describeLayer(lowered, graph.nodes.slice(lowered.firstNode, lowered.endNode)),
  );
  const sum = (cost: keyof Costs): number => described.reduce((total, layer) => total + layer[cost], 0);
  const total = {
    trainable: sum('trainable'),
    fixed: sum('fixed'),
    flops: sum('flops'),
    activationBytes: sum('activationBytes'),
  };
  return { layers: described, total, diagnostics };
}

function describeLayer({ layer, outputs, tensors }: LoweredLayer, nodes: readonly Node[]): LayerDescription {
  const numbers = (trainable: boolean): number =>
    tensors.reduce((sum, tensor) => sum + (tensor.trainable === trainable ? sizeOf(tensor.shape) : 0), 0);
  return {
    id: layer.id,
    type: layer.definition.type,
    outputShape: (outputs[0]?.shape ?? []).slice(1),
    tensors,
    trainable: numbers(true),
    fixed: numbers(false),
    flops: nodes.reduce((sum, node) => sum + (definitionOf(node.type, node.domain)?.flops(node) ?? 0), 0),
    activationBytes: nodes.reduce(
      (sum, node) => sum + node.outputs.reduce((bytes, value) => bytes + bytesOf(value), 0),
      0,
    ),
  };
}

function bytesOf({ shape, dtype }: Value): number {
  if (!shape || !dtype) return 0;
  return shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), byteSize(dtype));
}
