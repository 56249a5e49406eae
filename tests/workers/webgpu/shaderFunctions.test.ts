// Functions of one number on the GPU over their whole range, against float64.
import { expect, it } from 'vitest';
import { Graph } from '../../../engine/ir/graph.js';
import { element, elements, tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import type { AttributeArguments } from '../../../engine/ops/attributes.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import { describeOnGpu } from './testDevice.js';

interface Curve {
  readonly type: string;
  readonly attributes?: AttributeArguments;
  readonly float64: (x: number) => number;
  readonly low: number;
  readonly high: number;
  /** The largest accepted error, relative to |wanted| or to `floor` where that is larger. */
  readonly error: number;
  readonly floor: number;
}

const curve = (
  type: string,
  float64: (x: number) => number,
  [low, high]: readonly [number, number],
  [error, floor]: readonly [number, number],
  attributes?: AttributeArguments,
): Curve => ({ type, float64, low, high, error, floor, ...(attributes && { attributes }) });

const erf = (x: number): number => {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const curves: readonly Curve[] = [
  // WGSL's exp is off by (3 + 2·|x|) units in the last place.
  curve('Exp', Math.exp, [-20, 20], [6e-6, 1e-30]),
  curve('Log', Math.log, [1e-3, 1e3], [1e-6, 1]),
  curve('Sqrt', Math.sqrt, [0, 1e4], [1e-6, 1e-6]),
  curve('Sin', Math.sin, [-100, 100], [1e-6, 0.1]),
  curve('Cos', Math.cos, [-100, 100], [1e-6, 0.1]),
  curve('Sin', Math.sin, [-3000, 3000], [1e-6, 1]),
  curve('Tan', Math.tan, [-1.5, 1.5], [2e-6, 1e-3]),
  curve('Asin', Math.asin, [-1, 1], [1e-6, 1e-3]),
  curve('Acos', Math.acos, [-1, 1], [1e-6, 1e-3]),
  curve('Atan', Math.atan, [-50, 50], [1e-6, 1e-3]),
  curve('Sinh', Math.sinh, [-15, 15], [6e-6, 1e-3]),
  curve('Cosh', Math.cosh, [-15, 15], [6e-6, 1e-3]),
  curve('Tanh', Math.tanh, [-20, 20], [1e-6, 1e-3]),
  curve('Tanh', Math.tanh, [-1e-3, 1e-3], [1e-6, 1e-9]),
  curve('Asinh', Math.asinh, [-1e3, 1e3], [2e-6, 1e-3]),
  curve('Acosh', Math.acosh, [1, 1e3], [2e-6, 1e-3]),
  curve('Atanh', Math.atanh, [-0.999, 0.999], [2e-6, 1e-3]),
  curve('Erf', erf, [-4, 4], [1e-6, 1e-3]),
  curve('Sigmoid', (x) => 1 / (1 + Math.exp(-x)), [-100, 100], [2e-5, 1e-30]),
  curve('Softplus', softplus, [-20, 20], [6e-6, 1e-8]),
  curve('Elu', (x) => (x < 0 ? Math.expm1(x) : x), [-10, 1], [2e-6, 1e-4]),
  curve('Gelu', (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)), [-6, 6], [1e-5, 0.1]),
  curve('Mish', (x) => x * Math.tanh(softplus(x)), [-20, 20], [1e-5, 1e-3]),
];

const points = 4001;

describeOnGpu('functions of one number', (device) => {
  const webgpu = webgpuBackend({ device: () => Promise.resolve(device) });

  it.each(curves)('$type stays close between $low and $high', async (each) => {
    const xs = tensorOf(
      'float32',
      [points],
      Array.from({ length: points }, (_, at) => each.low + ((each.high - each.low) * at) / (points - 1)),
    );
    const actual = await run(each.type, [xs], each.attributes);
    let worst = 0;
    elements(xs).forEach((x, at) => {
      const wanted = each.float64(x);
      worst = Math.max(worst, Math.abs(actual[at]! - wanted) / Math.max(each.floor, Math.abs(wanted)));
    });
    expect(worst).toBeLessThan(each.error);
  });

  it('saturates without NaN far out', async () => {
    const far = tensorOf('float32', [6], [-1e30, -1e4, -100, 100, 1e4, 1e30]);
    expect(await run('Tanh', [far])).toEqual([-1, -1, -1, 1, 1, 1]);
    expect(await run('Erf', [far])).toEqual([-1, -1, -1, 1, 1, 1].map((x) => expect.closeTo(x, 6) as number));
    expect((await run('Sigmoid', [far])).slice(3)).toEqual([1, 1, 1]);
    expect((await run('Softplus', [far])).slice(2)).toEqual([0, 100, 1e4, element(far, 5)]);
    expect((await run('Atan', [far])).map(Math.sign)).toEqual([-1, -1, -1, 1, 1, 1]);
  });

  it('raises negative bases to whole powers only', async () => {
    const base = tensorOf('float32', [7], [-2, -2, -2, 0, 0, -8, 2]);
    const exponent = tensorOf('float32', [7], [3, -2, 0.5, 0, 2.5, 1, 10]);
    const [cube, inverse, root, nothing, zero, same, large] = await run('Pow', [base, exponent]);
    expect([cube, inverse, nothing, zero, same]).toEqual(
      [-8, 0.25, 1, 0, -8].map((x) => expect.closeTo(x, 4) as number),
    );
    expect(root).toBeNaN();
    expect(large! / 1024).toBeCloseTo(1, 5);
  });

  it('passes NaN on and tells it from infinity', async () => {
    const x = tensorOf('float32', [4], [NaN, Infinity, -Infinity, 1]);
    expect(await run('IsNaN', [x])).toEqual([1, 0, 0, 0]);
    expect(await run('IsInf', [x])).toEqual([0, 1, 1, 0]);
    expect((await run('Relu', [x]))[0]).toBeNaN();
  });

  async function run(
    type: string,
    inputs: readonly ReturnType<typeof tensorOf>[],
    attributes: AttributeArguments = {},
  ): Promise<number[]> {
    const emit = new Emit(new Graph());
    const values = inputs.map(({ dtype, shape }, at) => emit.input(`x${at}`, dtype, shape));
    const output = emit.node(type, values, attributes);
    emit.output(output);
    const session = await webgpu.open(encodeModel(emit.graph));
    try {
      const results = await session.run(Object.fromEntries(inputs.map((tensor, at) => [`x${at}`, tensor])));
      return elements(results[output.name]!);
    } finally {
      await session.dispose();
    }
  }
});
