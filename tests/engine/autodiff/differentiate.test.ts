import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph } from '../../../engine/ir/graph.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';

describe.each<Backend>([ortNative, ortWasm])('differentiate on $name', (backend) => {
  it('accumulates both uses of a value and un-broadcasts', async () => {
    const graph = new Graph();
    const emit = new Emit(graph);
    const x = emit.input('x', 'float32', [2]);
    const w = emit.input('w', 'float32', [3, 2]);
    const y = emit.add(emit.mul(x, w), emit.mul(x, x));
    const [dx, dw] = differentiate(emit, [{ value: y }], [x, w]);
    emit.output(dx!);
    emit.output(dw!);
    const session = await backend.open(encodeModel(graph));
    const result = await session.run({
      x: tensorOf('float32', [2], [2, 3]),
      w: tensorOf('float32', [3, 2], [1, 2, 3, 4, 5, 6]),
    });
    // y = x·w + x²: dy/dx = Σ_rows w + 3·2x
    expect([...(result[dx!.name]!.data as Float32Array)]).toEqual([9 + 12, 12 + 18]);
    expect([...(result[dw!.name]!.data as Float32Array)]).toEqual([2, 3, 2, 3, 2, 3]);
    await session.dispose();
  });
});
