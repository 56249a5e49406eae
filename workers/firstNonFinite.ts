// Finds where a step first leaves the finite numbers, by running it once more with every float value shown.
import type { Graph } from '../engine/ir/graph.js';
import type { Tensor } from '../engine/ir/tensor.js';
import { encodeModel } from '../engine/onnx/encode.js';
import type { Backend, Tensors } from './backends/backend.js';

/** A tensor with a NaN or an infinity, and what made it. */
export interface NonFinite {
  /** `input 'batch/x'`, or `Log 'loss/Log'`. */
  readonly place: string;
  readonly found: 'NaN' | 'infinity';
}

/** The first non-finite tensor in the order of computation: inputs first. `undefined` when the rerun is finite. */
export async function firstNonFinite(graph: Graph, feeds: Tensors, backend: Backend): Promise<NonFinite | undefined> {
  for (const [name, tensor] of Object.entries(feeds)) {
    const found = badElement(tensor);
    if (found) return { place: `input '${name}'`, found };
  }
  const outputs = graph.outputs;
  const shown = graph.nodes.flatMap((node) => node.outputs).filter((value) => value.dtype === 'float32' && value.shape);
  graph.outputs = shown;
  try {
    const session = await backend.open(encodeModel(graph));
    const results = await session.run(feeds);
    await session.dispose();
    for (const value of shown) {
      const found = badElement(results[value.name]!);
      if (found) return { place: `${value.producer!.type} '${value.producer!.name}'`, found };
    }
    return undefined;
  } finally {
    graph.outputs = outputs;
  }
}

/** The first tensor of a state that is not finite, by its name. */
export function nonFiniteState(state: ReadonlyMap<string, Tensor>): NonFinite | undefined {
  for (const [name, tensor] of state) {
    const found = badElement(tensor);
    if (found) return { place: `state '${name}'`, found };
  }
  return undefined;
}

function badElement(tensor: Tensor): NonFinite['found'] | undefined {
  if (tensor.dtype !== 'float32') return undefined;
  const bad = (tensor.data as Float32Array).find((value) => !Number.isFinite(value));
  if (bad === undefined) return undefined;
  return Number.isNaN(bad) ? 'NaN' : 'infinity';
}
