// How much memory the intermediate values of a graph need when its nodes run in order.
import { byteSize } from '../ir/dtype.js';
import type { Graph, Value } from '../ir/graph.js';
import { isStatic, sizeOf } from '../ir/shape.js';

/**
 * The largest sum of bytes of node outputs alive at once: each from its node to its last reader, outputs of
 * the graph to the end. Inputs and constants are not counted, nor values of unknown shape.
 */
export function peakActivationBytes(graph: Graph): number {
  const lastUse = new Map<Value, number>();
  graph.nodes.forEach((node, at) => {
    for (const value of [...node.outputs, ...node.inputs]) if (value) lastUse.set(value, at);
  });
  for (const output of graph.outputs) lastUse.set(output, graph.nodes.length);
  let [alive, peak] = [0, 0];
  graph.nodes.forEach((node, at) => {
    for (const output of node.outputs) alive += bytesOf(output);
    peak = Math.max(peak, alive);
    for (const value of new Set([...node.inputs, ...node.outputs]))
      if (value?.producer && lastUse.get(value) === at) alive -= bytesOf(value);
  });
  return peak;
}

function bytesOf({ dtype, shape }: Value): number {
  return dtype && isStatic(shape) ? sizeOf(shape) * byteSize(dtype) : 0;
}
