// Builds a graph and runs it once or many times on the native backend.
import type { Value } from '../../../engine/ir/graph.js';
import { Graph } from '../../../engine/ir/graph.js';
import type { Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import type { Session } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

export interface BuiltGraph {
  readonly graph: Graph;
  readonly session: Session;
  /** Runs and returns the outputs by the names that `build` gave them. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
}

/** `build` emits nodes and returns the outputs by name. */
export async function openGraph(build: (emit: Emit) => Readonly<Record<string, Value>>): Promise<BuiltGraph> {
  const graph = new Graph('test');
  const emit = new Emit(graph);
  const outputs = Object.entries(build(emit)).map(([name, value]) => [name, emit.identity(value)] as const);
  for (const [, value] of outputs) emit.output(value);
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  return {
    graph,
    session,
    async run(feeds) {
      const results = await session.run(feeds);
      return Object.fromEntries(outputs.map(([name, value]) => [name, results[value.name]!]));
    },
  };
}

/** Opens, runs once and closes. */
export async function runOnce(
  build: (emit: Emit) => Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const built = await openGraph(build);
  try {
    return await built.run(feeds);
  } finally {
    await built.session.dispose();
  }
}

/** The largest |actual − expected| / (`floor` + |expected|). */
export function largestError(actual: Tensor | ArrayLike<number>, expected: ArrayLike<number>, floor = 1): number {
  const values = 'data' in actual ? (actual.data as ArrayLike<number>) : actual;
  if (values.length !== expected.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    const error = Math.abs(values[index]! - expected[index]!) / (floor + Math.abs(expected[index]!));
    if (!(error <= largest)) largest = error;
  }
  return largest;
}
