// A plan that leaves a whole graph to onnxruntime.
import type { Graph, Value } from '../../../engine/ir/graph.js';
import { storageOf, type KernelPlan, type PlanBuffer, type PlanPort } from '../../../engine/kernels/kernelPlan.js';
import { sizeOf } from '../../../engine/ir/shape.js';

/** One session command between buffers of the graph's inputs and outputs. */
export function wholeSession(graph: Graph): KernelPlan {
  const buffers: PlanBuffer[] = [];
  const port = ({ name, dtype, shape }: Value): PlanPort => {
    const dims = shape as readonly number[];
    buffers.push({ label: name, storage: storageOf(dtype!)!, elements: sizeOf(dims), role: 'external' });
    return { name, dtype: dtype!, shape: dims, buffer: buffers.length - 1, offset: 0 };
  };
  const inputs = graph.inputs.map(port);
  const outputs = graph.outputs.map(port);
  const nodes = graph.nodes.map(({ name }) => name);
  const session = { kind: 'session', label: graph.name, graph, inputs, outputs, nodes } as const;
  return { buffers, inputs, outputs, commands: [session] };
}
