// The form of a graph that onnxruntime computes on the GPU alone.
import { cloneGraph } from '../ir/cloneGraph.js';
import type { Graph } from '../ir/graph.js';
import { readsOf } from '../ir/subgraphs.js';
import { Emit } from '../ops/emit.js';
import { lowerRecurrent } from '../ops/recurrent/lowerRecurrent.js';
import { legalize } from './legalize.js';
import { narrowIntegers } from './narrowIntegers.js';
import { runPasses } from './runPasses.js';

/**
 * A copy of a graph of static shapes that computes the same, within float rounding, without a node that onnxruntime's WebGPU
 * provider would leave to the processor. int64 inputs and outputs are int32 in it, and inputs that nothing depends on are
 * left out, because onnxruntime reads those back.
 */
export function sessionGraph(graph: Graph): Graph {
  const copy = cloneGraph(graph).graph;
  // Shape arithmetic becomes constants first: it is int64 and stays so.
  runPasses(copy);
  lowerRecurrent(new Emit(copy), ({ type }) => type !== 'LSTM');
  legalize('webgpu').run(copy);
  narrowIntegers(copy);
  // What was left because it was int64.
  legalize('webgpu').run(copy);
  runPasses(copy);
  const read = new Set([...copy.nodes.flatMap(readsOf), ...copy.outputs]);
  copy.inputs = copy.inputs.filter((input) => read.has(input));
  return copy;
}
