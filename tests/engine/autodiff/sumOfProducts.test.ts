import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { Graph } from '../../../engine/ir/graph.js';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';

describe('sumOfProducts', () => {
  it('gathers the gradients of a weight that ten steps share into one product', async () => {
    const emit = new Emit(new Graph());
    const w = emit.input('w', 'float32', [2, 2]);
    const x = emit.input('x', 'float32', [10, 2]);
    const steps = emit.split(x, new Array<number>(10).fill(1), 0);
    const y = emit.concat(
      steps.map((step) => emit.matMul(step, w)),
      0,
    );
    const [dw] = differentiate(emit, [{ value: y }], [w]);
    expect(dw!.producer!.type).toBe('Gemm');
    expect(dw!.producer!.inputs[0]!.shape).toEqual([10, 2]);
    emit.output(dw!);
    const values = Array.from({ length: 20 }, (_, at) => at);
    const session = await ortNative.open(encodeModel(emit.graph));
    const result = await session.run({
      w: tensorOf('float32', [2, 2], [1, 2, 3, 4]),
      x: tensorOf('float32', [10, 2], values),
    });
    // dY is all ones: each row of dW is the sum of a column of x.
    expect(elements(result[dw!.name]!)).toEqual([90, 90, 100, 100]);
    await session.dispose();
  });
});
