// What a pass is: a rewrite of one graph that keeps its inputs, its outputs and what they compute.
import type { Graph } from '../ir/graph.js';

export interface Pass {
  readonly name: string;
  /** Rewrites the graph in place, in time linear in its nodes; true when it changed something. */
  run(graph: Graph): boolean;
}
