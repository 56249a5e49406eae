// A model file as a graph in the engine's own operators.
import type { Graph } from '../ir/graph.js';
import { decodeModel } from './decode.js';

export interface ImportedGraph {
  readonly graph: Graph;
}

/** Decodes a model; throws `onnx.*`, located. */
export function importModel(bytes: Uint8Array): ImportedGraph {
  return { graph: decodeModel(bytes).graph };
}
