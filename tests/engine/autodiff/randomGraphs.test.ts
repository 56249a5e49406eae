// Gradients of random graphs stay the same through passes and through recomputation.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differentiate, type DifferentiateOptions } from '../../../engine/autodiff/differentiate.js';
import type { Graph, Value } from '../../../engine/ir/graph.js';
import { elements } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { graphFaults } from '../../../engine/passes/graphFaults.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { randomFeeds, randomGraph, randomSteps, type Step } from '../passes/randomGraph.js';

type Options = (values: readonly Value[]) => DifferentiateOptions;

/** The gradients of the sum of the random graph's outputs with respect to both inputs. */
function gradientGraph(steps: readonly Step[], options: Options = () => ({})): Graph {
  const graph = randomGraph(steps);
  const emit = new Emit(graph);
  const seeds = graph.outputs.map((value) => ({ value }));
  const made = graph.nodes.flatMap(({ outputs }) => outputs).filter(({ dtype }) => dtype === 'float32');
  const gradients = differentiate(emit, seeds, [...graph.inputs], options(made));
  graph.outputs = gradients.map((gradient, index) => emit.identity(gradient ?? emit.fullLike(graph.inputs[index]!, 0)));
  expect(graphFaults(graph)).toEqual([]);
  return graph;
}

async function run(graph: Graph): Promise<number[]> {
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  const results = await session.run(randomFeeds);
  await session.dispose();
  return graph.outputs.flatMap(({ name }) => elements(results[name]!));
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  actual.forEach((value, index) => {
    const target = wanted[index]!;
    const close = Object.is(value, target) || Math.abs(value - target) <= 1e-4 * (1 + Math.abs(target));
    expect(close, `${value} for ${target}`).toBe(true);
  });
}

it('passes keep the gradients of random graphs', async () => {
  await fc.assert(
    fc.asyncProperty(randomSteps, async (steps) => {
      const cleaned = gradientGraph(steps);
      runPasses(cleaned);
      expect(graphFaults(cleaned)).toEqual([]);
      expectClose(await run(cleaned), await run(gradientGraph(steps)));
    }),
    { numRuns: 60, seed: 11 },
  );
});

it('recomputation keeps the gradients of random graphs, whatever is kept', async () => {
  await fc.assert(
    fc.asyncProperty(randomSteps, fc.array(fc.nat(1000), { maxLength: 4 }), async (steps, picks) => {
      const keep: Options = (values) => ({
        keep: new Set(picks.flatMap((pick) => values[pick % Math.max(1, values.length)] ?? [])),
      });
      const checkpointed = gradientGraph(steps, keep);
      runPasses(checkpointed);
      expect(graphFaults(checkpointed)).toEqual([]);
      expectClose(await run(checkpointed), await run(gradientGraph(steps)));
    }),
    { numRuns: 60, seed: 12 },
  );
});
