import { expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph } from '../../../engine/ir/graph.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

it.each(['int64', 'int32'] as const)(
  'Gather: every lowering of the gradient agrees, negative %s indices included',
  async (dtype) => {
    const places = [0, 4, -1, 2, 4, 4, -5, 1, 2, 2, 0, -2];
    const graph = new Graph();
    const gradients = ['scatter', 'oneHot'].map((name) => {
      const emit = new Emit(graph, { pick: () => name });
      const table = emit.input(`table/${name}`, 'float32', [3, 5, 2]);
      const indices = emit.input(`indices/${name}`, dtype, [3, 4]);
      const picked = emit.gather(table, indices, 1);
      const weights = Array.from({ length: 3 * 12 * 2 }, (_, at) => ((at * 7) % 11) - 5);
      const [gradient] = differentiate(
        emit,
        [{ value: picked, gradient: emit.constant(tensorOf('float32', [3, 3, 4, 2], weights)) }],
        [table],
      );
      emit.output(gradient!);
      return gradient!;
    });
    const session = await ortNative.open(encodeModel(graph));
    const table = tensorOf('float32', [3, 5, 2], new Array<number>(30).fill(0));
    const indices = tensorOf(dtype, [3, 4], places);
    const result = await session.run({
      'table/scatter': table,
      'table/oneHot': table,
      'indices/scatter': indices,
      'indices/oneHot': indices,
    });
    const [scatter, oneHot] = gradients.map(({ name }) =>
      [...(result[name]!.data as Float32Array)].map((value) => value + 0),
    );
    expect(oneHot).toEqual(scatter);
    expect(scatter!.reduce((sum, value) => sum + Math.abs(value), 0)).toBeGreaterThan(0);
    await session.dispose();
  },
);
