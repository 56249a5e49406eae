import { defineCases, expect, given, spread } from '../defineCases.js';

export const matMulCases = defineCases('MatMul', { smooth: true }, [
  {
    name: 'matrices',
    inputs: [given([2, 3], [1, 2, 3, 4, 5, 6]), given([3, 2], [1, 0, -1, 2, 0.5, 1])],
    expected: [expect([2, 2], [0.5, 7, 2, 16])],
  },
  { name: 'batched, one matrix shared', inputs: [spread([2, 3, 4]), spread([4, 2], -1, 1)] },
  { name: 'batched on both sides', inputs: [spread([2, 2, 3, 2]), spread([2, 2, 2, 3], -1, 1)] },
  { name: 'leading axes broadcast', inputs: [spread([2, 1, 3, 2]), spread([3, 2, 2], -1, 1)] },
  { name: 'a shared left matrix', inputs: [spread([3, 2]), spread([2, 2, 4], -1, 1)] },
  {
    name: 'vector times matrix',
    inputs: [given([2], [1, 2]), given([2, 2], [1, 2, 3, 4])],
    expected: [expect([2], [7, 10])],
  },
  { name: 'matrix times vector', inputs: [spread([3, 2]), spread([2])] },
  { name: 'vector times batch', inputs: [spread([3]), spread([2, 3, 2])] },
  { name: 'batch times vector', inputs: [spread([2, 2, 3]), spread([3])] },
  {
    name: 'inner product of vectors',
    inputs: [given([3], [1, 2, 3]), given([3], [4, 5, 6])],
    expected: [expect([], [32])],
  },
]);

export const gemmCases = defineCases('Gemm', { smooth: true }, [
  {
    name: 'scaled, with a row',
    inputs: [given([2, 2], [1, 2, 3, 4]), given([2, 2], [1, 0, 1, 1]), given([2], [1, -1])],
    attributes: { alpha: 2, beta: 0.5 },
    expected: [expect([2, 2], [6.5, 3.5, 14.5, 7.5])],
  },
  { name: 'no bias', inputs: [spread([3, 2]), spread([2, 4])] },
  { name: 'A transposed', inputs: [spread([2, 3]), spread([2, 4]), spread([1, 4])], attributes: { transA: true } },
  { name: 'B transposed', inputs: [spread([3, 2]), spread([4, 2]), spread([4])], attributes: { transB: true } },
  {
    name: 'both transposed',
    inputs: [spread([2, 3]), spread([4, 2]), spread([3, 1])],
    attributes: { transA: true, transB: true, alpha: 0.5 },
  },
  { name: 'a scalar C', inputs: [spread([3, 2]), spread([2, 4]), given([], [0.5])] },
  { name: 'a full C', inputs: [spread([3, 2]), spread([2, 4]), spread([3, 4])], attributes: { beta: -1 } },
  {
    name: 'a tall bias gradient in two stages',
    inputs: [spread([256, 2]), spread([2, 3]), spread([3])],
    smooth: false,
  },
]);

const logits = given([2, 3], [1, 2, 3, -1, 0, 1]);
const p = [0.09003057, 0.24472847, 0.66524096];

export const softmaxCases = defineCases('Softmax', { smooth: true }, [
  { name: 'the last axis', inputs: [logits], expected: [expect([2, 3], [...p, ...p])] },
  { name: 'the first axis', inputs: [spread([3, 2])], attributes: { axis: 0 } },
  { name: 'a middle axis', inputs: [spread([2, 3, 2])], attributes: { axis: 1 } },
  {
    name: 'extreme logits',
    inputs: [given([1, 3], [1000, 0, -1000])],
    expected: [expect([1, 3], [1, 0, 0])],
    gradient: false,
  },
]);

export const logSoftmaxCases = defineCases('LogSoftmax', { smooth: true }, [
  {
    name: 'the last axis',
    inputs: [logits],
    expected: [expect([2, 3], [-2.40760596, -1.40760596, -0.40760596, -2.40760596, -1.40760596, -0.40760596])],
  },
  { name: 'the first axis', inputs: [spread([3, 2])], attributes: { axis: 0 } },
  {
    name: 'extreme logits',
    inputs: [given([1, 3], [1000, 0, -1000])],
    expected: [expect([1, 3], [0, -1000, -2000])],
    gradient: false,
  },
]);

export const hardmaxCases = defineCases('Hardmax', { smooth: false }, [
  {
    name: 'ties take the first',
    inputs: [given([2, 3], [1, 3, 3, 2, 0, 1])],
    expected: [expect([2, 3], [0, 1, 0, 1, 0, 0])],
    gradient: false,
  },
  {
    name: 'the first axis',
    inputs: [given([2, 2], [1, 4, 2, 3])],
    attributes: { axis: 0 },
    expected: [expect([2, 2], [0, 1, 1, 0])],
  },
]);
