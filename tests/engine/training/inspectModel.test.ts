import { describe, expect, it } from 'vitest';
import { parseGraph } from '../../../engine/ir/parse.js';
import { decodeModel } from '../../../engine/onnx/decode.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { inspectModel } from '../../../engine/training/inspectModel.js';

const classifier = encodeModel(
  parseGraph(`classifier (float[N, 4] x) => (float[N, 2] y)
    <float[4, 6] w = {${Array.from({ length: 24 }, (_, at) => at).join(', ')}}, float[6] mean = {0, 0, 0, 0, 0, 0},
     float[6] var = {1, 1, 1, 1, 1, 1}, float[6] scale = {1, 1, 1, 1, 1, 1}, float[6] bias = {0, 0, 0, 0, 0, 0},
     int64 zero = {0}, int64[1] six = {6}, int64[1] first = {0}, float half = {0.5},
     float[6, 2] head = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}> {
    h = MatMul(x, w)
    n = BatchNormalization(h, scale, bias, mean, var)
    shape = Shape(n)
    batch = Gather(shape, zero)
    row = Unsqueeze(batch, first)
    target = Concat<axis = 0>(row, six)
    r = Reshape(n, target)
    m = Mul(r, half)
    y = MatMul(m, head)
  }`),
);

describe('importing a model', () => {
  it('folds its shape arithmetic once the batch is fixed, and infers every type', () => {
    const { graph } = inspectModel(classifier, { batch: 8 });
    expect(graph.nodes.map(({ type }) => type)).not.toContain('Gather');
    expect(graph.outputs[0]!.shape).toEqual([8, 2]);
    expect(inspectModel(classifier, { dimensions: { N: 3 } }).graph.outputs[0]!.shape).toEqual([3, 2]);
    expect(inspectModel(classifier).graph.outputs[0]!.shape).toEqual(['N', 2]);
  });

  it('gives what encodes again at any opset, whatever the file was', () => {
    const decoded = decodeModel(encodeModel(parseGraph('g (float[2, 3] x) => (y) { y = Softmax<axis = 1>(x) }')));
    const old = encodeModel(decoded.graph, { from: { ...decoded, opsets: { '': 11 }, irVersion: 4 } });
    const { graph, model, report } = inspectModel(old);
    expect(report.opset).toBe(11);
    const again = decodeModel(encodeModel(graph, { from: model }));
    expect([again.opsets[''], again.irVersion]).toEqual([21, 10]);
  });

  it('reports parameters, and why some are not trainable', () => {
    const { report } = inspectModel(classifier, { batch: 8 });
    const byName = Object.fromEntries(
      report.parameters.map((parameter) => [parameter.name, parameter.reason ?? 'trainable']),
    );
    expect(byName).toMatchObject({ w: 'trainable', head: 'trainable', scale: 'trainable', bias: 'trainable' });
    expect(byName.mean).toMatch('running statistics');
    expect(Object.keys(byName)).not.toContain('half');
    expect(report.trainableElements).toBe(24 + 12 + 12);
    expect(report.flops).toBeGreaterThan(2 * 8 * 24);
    expect(report.opset).toBe(21);
  });

  it('names If, Loop and Scan as what cannot be trained through, and what lies before them', () => {
    const model = parseGraph(`g (bool c, float[2, 2] x) => (float[2, 2] y)
      <float[2, 2] before = {1, 2, 3, 4}, float[2, 2] after = {1, 2, 3, 4}> {
      a = MatMul(x, before)
      [choice] b = If<then_branch = t () => (float[2, 2] p) { p = Neg(a) }, else_branch = e () => (float[2, 2] q) { q = Abs(a) }>(c)
      y = MatMul(b, after)
    }`);
    const { report, graph } = inspectModel(encodeModel(model));
    expect(report.diagnostics.map(({ message }) => message).join()).toContain(
      "If 'choice': training through this operator is not supported",
    );
    expect(report.operators.find(({ type }) => type === 'Neg')).toMatchObject({ inSubgraphs: 1, count: 1 });
    expect(report.parameters.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['before', false],
      ['after', true],
    ]);
    expect(graph.nodes.map(({ type }) => type)).toEqual(['MatMul', 'If', 'MatMul']);
  });

  it('refuses a dimension that is no positive whole number', () => {
    expect(() => inspectModel(classifier, { batch: 0 })).toThrow(
      "Dimension 'batch': must be a positive whole number, got 0",
    );
  });
});

it('reads PyTorch’s Identity of a weight as a weight of its own, and keeps the names of weights', () => {
  const model = parseGraph(`g (float[2, 3] x) => (float[2, 3] y)
    <float[3] ones = {1, 1, 1}, float[3, 3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9}> {
    other = Identity(ones)
    a = Mul(x, ones)
    b = Add(a, other)
    t = Transpose<perm = [1, 0]>(w)
    y = MatMul(b, t)
  }`);
  const { report, graph } = inspectModel(encodeModel(model));
  expect(report.parameters.map(({ name, trainable }) => [name, trainable])).toEqual([
    ['ones', true],
    ['other', true],
    ['w', true],
  ]);
  expect(graph.nodes.map(({ type }) => type)).toEqual(['Mul', 'Add', 'Transpose', 'MatMul']);
});
