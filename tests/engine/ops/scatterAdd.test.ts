import { expect, it } from 'vitest';
import { Graph } from '../../../engine/ir/graph.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { scatterAdd, serialElements } from '../../../engine/ops/indexing/scatterAdd.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

// Guards an assumption about onnxruntime's cost model: more than this in one node loses updates.
it.each([1, 64])(
  'adds every update when all go to one row, width %i, at and beyond the serial limit',
  async (width) => {
    for (const count of [serialElements / width, Math.ceil((3.3 * serialElements) / width)]) {
      const graph = new Graph();
      const emit = new Emit(graph);
      const indices = emit.input('indices', 'int64', [count, 1]);
      const updates = emit.input('updates', 'float32', [count, width]);
      const sum = scatterAdd(emit, emit.full([2, width], 0), indices, updates);
      emit.output(sum);
      const session = await ortNative.open(encodeModel(graph), { threads: 2 });
      const feeds = {
        indices: tensorOf('int64', [count, 1], new Array<number>(count).fill(1)),
        updates: tensorOf('float32', [count, width], new Array<number>(count * width).fill(1)),
      };
      for (let run = 0; run < 20; run++) {
        const result = await session.run(feeds);
        expect([...(result[sum.name]!.data as Float32Array)].slice(width)).toEqual(
          new Array<number>(width).fill(count),
        );
      }
      await session.dispose();
    }
  },
);
