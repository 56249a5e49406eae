// Mutated files: a model or an EngineError, never another error, a hang, or memory beyond the file's own measure.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { parseGraph } from '../../../engine/ir/parse.js';
import { decodeModel } from '../../../engine/onnx/decode.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { validateGraph } from '../../../engine/ops/validateGraph.js';
import { inspectModel } from '../../../engine/training/inspectModel.js';

const network = parseGraph(`net (float[N, 1, 8, 8] x, bool flag) => (float[N, 3] y)
  <float[2, 1, 3, 3] k = {${Array.from({ length: 18 }, (_, at) => at / 9).join(', ')}},
   float[18, 3] w = {${Array.from({ length: 54 }, (_, at) => at / 27 - 1).join(', ')}},
   int64[2] rows = {0, -1}, int64[1] axes = {1}, float[3] b = {0, 0.5, 1}> {
  c = Conv<kernel_shape = [3, 3], strides = [1, 1]>(x, k)
  r = Relu(c)
  p = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r)
  f = Reshape(p, rows)
  g = Gemm<transB = 0>(f, w, b)
  m = ReduceMean<keepdims = 1>(g, axes)
  s = Sub(g, m)
  h, i = Split<axis = 1, num_outputs = 2>(s)
  j = Concat<axis = 1>(i, h)
  l = If<then_branch = t () => (float[] u) { u = Neg(j) }, else_branch = e () => (float[] v) { v = Softmax<axis = 1>(j) }>(flag)
  y = Softmax<axis = -1>(l)
}`);
const file = encodeModel(network);

type Mutation = (bytes: Uint8Array) => Uint8Array;
const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const place = (bytes: Uint8Array, where: number): number => Math.floor(where * bytes.length);
const put =
  (where: number, inserted: readonly number[], removed: number): Mutation =>
  (bytes) => {
    const from = place(bytes, where);
    return Uint8Array.from([...bytes.subarray(0, from), ...inserted, ...bytes.subarray(from + removed)]);
  };
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  at.map(
    (where): Mutation =>
      (bytes) =>
        bytes.slice(0, place(bytes, where)),
  ),
  fc.tuple(at, fc.nat(7)).map(([where, bit]): Mutation => (bytes) => {
    const copy = bytes.slice();
    if (copy.length) copy[place(copy, where)]! ^= 1 << bit;
    return copy;
  }),
  fc.tuple(at, fc.nat(255)).map(([where, byte]) => put(where, [byte], 1)),
  // The largest varints: lengths and dimensions beyond anything.
  fc
    .tuple(at, fc.integer({ min: 1, max: 9 }))
    .map(([where, count]) => put(where, [...new Array<number>(count).fill(0xff), 0x7f], 1)),
  fc.tuple(at, fc.nat(20)).map(([where, count]) => put(where, [], count)),
  fc.tuple(at, fc.uint8Array({ maxLength: 8 })).map(([where, inserted]) => put(where, [...inserted], 0)),
);

function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    expect(error.message).toMatch(/\S/);
  }
}

describe('mutated model files', () => {
  it('decode to a model or an EngineError', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const bytes = mutations.reduce<Uint8Array>((current, mutate) => mutate(current), file);
        attempt(() => {
          const model = decodeModel(bytes);
          validateGraph(model.graph);
          encodeModel(model.graph, { from: model });
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('are imported or refused by an EngineError', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 2 }), fc.boolean(), (mutations, batch) => {
        const bytes = mutations.reduce<Uint8Array>((current, mutate) => mutate(current), file);
        attempt(() => inspectModel(bytes, batch ? { batch: 2 } : {}));
      }),
      { numRuns: 1000 },
    );
  });

  it('of any bytes at all are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => attempt(() => decodeModel(bytes))),
      { numRuns: 1000 },
    );
  });

  it('truncated at any place are refused or read', () => {
    for (let length = 0; length < file.length; length += 3) attempt(() => decodeModel(file.subarray(0, length)));
  });

  it('cut off are called by the name of their file', () => {
    expect(() => decodeModel(file.subarray(0, file.length >> 1), { file: 'net.onnx' })).toThrow(
      /^Model 'net\.onnx': .* truncated: download, copy or export it again$/,
    );
  });
});
