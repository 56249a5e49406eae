// Rewrites operators that a backend lacks, or would run on the wrong device, into ones that it has.
import type { Node, Value } from '../ir/graph.js';
import { definitionOf } from '../ops/index.js';
import type { Emit } from '../ops/emit.js';
import { decomposeActivation } from './decomposeActivation.js';
import { decomposeArithmetic } from './decomposeArithmetic.js';
import { decomposeBatchStatistics, usesBatchStatistics } from './decomposeBatchStatistics.js';
import { decomposeGpuGaps, decomposeMaxIndices } from './decomposeGpuGaps.js';
import { decomposeNormalization } from './decomposeNormalization.js';
import { decomposePooling } from './decomposePooling.js';
import { internalOpset } from '../onnx/encode.js';
import { numberOf } from './attributeOf.js';
import type { Pass } from './pass.js';
import { rewriteNodes } from './rewriteNodes.js';
import { staticShapeOf } from '../ops/valueTypes.js';

export type LegalizationTarget = 'cpu' | 'webgpu';

/** Gives a value equal to the node's first output, or `undefined` where this node stays as it is. */
export type Decomposition = (node: Node, emit: Emit) => Value | undefined;

const decompositions: Readonly<Record<string, Decomposition>> = {
  ...decomposeActivation,
  ...decomposeArithmetic,
  ...decomposeGpuGaps,
  ...decomposeNormalization,
  ...decomposePooling,
};

/**
 * For `cpu`: what is newer than the opset that models are written in. For `webgpu`: also what onnxruntime 1.30
 * runs on the CPU there, with a copy and a stall each way. Results agree within float rounding.
 */
export function legalize(target: LegalizationTarget): Pass {
  return {
    name: `legalize for ${target}`,
    run: (graph) =>
      rewriteNodes(graph, (node, emit) => {
        if (node.domain !== '') return undefined;
        if (target === 'webgpu' && usesBatchStatistics(node)) return decomposeBatchStatistics(node, emit);
        if (target === 'webgpu' && givesIndices(node)) return decomposeMaxIndices(node, emit);
        if (target === 'webgpu' && node.type === 'Dropout') return switchedOff(node, emit);
        if (node.outputs.length !== 1) return undefined;
        const since = definitionOf(node.type)?.since ?? 0;
        if (target === 'cpu' && since <= internalOpset) return undefined;
        const result = decompositions[node.type]?.(node, emit);
        return result && [result];
      }),
  };
}

/** Dropout in inference: X, and a mask that is true everywhere. */
function switchedOff(node: Node, emit: Emit): Value[] {
  const x = node.inputs[0]!;
  return node.outputs.map((_, index) => (index === 0 ? x : emit.full(staticShapeOf(x), 1, 'bool')));
}

/** onnxruntime's MaxPool on the GPU has no indices. */
function givesIndices(node: Node): boolean {
  return node.type === 'MaxPool' && node.outputs.length === 2 && numberOf(node, 'storage_order', 0) === 0;
}
