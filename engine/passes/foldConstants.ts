// Evaluates nodes whose inputs are constants, and shapes that are known.
import type { Node, Value } from '../ir/graph.js';
import { isStatic, sizeOf } from '../ir/shape.js';
import { zeros, type Tensor } from '../ir/tensor.js';
import { definitionOf } from '../ops/index.js';
import type { Emit } from '../ops/emit.js';
import type { Pass } from './pass.js';
import { rewriteNodes } from './rewriteNodes.js';

/** Larger results stay nodes: a constant costs memory and file size for as long as the graph lives. */
const elementLimit = 65_536;

/** What is larger than its inputs together (Expand, Tile, Range) is folded up to this size only. */
const growthLimit = 256;

export const foldConstants: Pass = {
  name: 'fold constants',
  run: (graph) => rewriteNodes(graph, fold),
};

function fold(node: Node, emit: Emit): readonly Value[] | undefined {
  const definition = definitionOf(node.type, node.domain);
  // Asked before evaluating, since building the result may be what is costly.
  if (!definition || !isSmall(node)) return undefined;
  const results = definition.evaluate(node) ?? shapeOnly(node);
  return results?.length === node.outputs.length ? results.map((tensor) => emit.constant(tensor, 'folded')) : undefined;
}

function isSmall(node: Node): boolean {
  const given = node.inputs.reduce((sum, input) => sum + (input?.constant?.data.length ?? 0), 0);
  const limit = Math.min(elementLimit, Math.max(growthLimit, given));
  return node.outputs.every(({ shape }) => isStatic(shape) && sizeOf(shape) <= limit);
}

/** Shape and Size need the type of their input only. */
function shapeOnly(node: Node): readonly Tensor[] | undefined {
  const [input] = node.inputs;
  if (node.domain !== '' || (node.type !== 'Shape' && node.type !== 'Size') || !isStatic(input?.shape))
    return undefined;
  if (node.type === 'Size') return [{ ...zeros('int64', []), data: BigInt64Array.of(BigInt(sizeOf(input.shape))) }];
  const { start, end } = node.attributes;
  const dims = input.shape.slice(start?.value as number | undefined, end?.value as number | undefined);
  return [{ dtype: 'int64', shape: [dims.length], data: BigInt64Array.from(dims, BigInt) }];
}
