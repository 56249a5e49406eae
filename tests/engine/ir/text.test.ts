import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { dtypes } from '../../../engine/ir/dtype.js';
import { Graph, Node, Value, type Attribute } from '../../../engine/ir/graph.js';
import { parseGraph } from '../../../engine/ir/parse.js';
import { printGraph } from '../../../engine/ir/print.js';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';

const text = fc.string({ maxLength: 6, unit: 'binary' });
const numbers = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const whole = fc.integer();
const dims = fc.array(fc.oneof(fc.nat(5), fc.constantFrom('N', 'batch size', null)), { maxLength: 3 });
const type = fc.record({ dtype: fc.constantFrom(...dtypes), shape: dims });
const tensors = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    seed: fc.nat(100),
  })
  .map(({ dtype, shape, seed }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return tensorOf(
      dtype,
      shape,
      Array.from({ length: count }, (_, at) => (seed + at * 37) % 120),
    );
  });
const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  whole.map((value) => ({ kind: 'int' as const, value })),
  numbers.map((value) => ({ kind: 'float' as const, value })),
  text.map((value) => ({ kind: 'string' as const, value })),
  fc.array(whole).map((value) => ({ kind: 'ints' as const, value })),
  fc.array(numbers).map((value) => ({ kind: 'floats' as const, value })),
  fc.array(text).map((value) => ({ kind: 'strings' as const, value })),
  tensors.map((value) => ({ kind: 'tensor' as const, value })),
);
const step = fc.record({
  type: fc.constantFrom('Add', 'Conv', 'org.example.Thing', 'X'),
  name: fc.option(text),
  reads: fc.array(fc.option(fc.nat(20)), { maxLength: 4 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  attributes: fc.dictionary(fc.constantFrom('axis', 'mode', 'a b', 'k'), attribute, { maxKeys: 3 }),
  type0: fc.option(type),
  inner: fc.boolean(),
});

function graphOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  constants: readonly ReturnType<typeof tensorOf>[],
): Graph {
  const graph = new Graph('g');
  const x = new Value('x', { dtype: 'float32', shape: ['N', 2] });
  graph.inputs = [x, new Value('untyped')];
  const values = [...graph.inputs];
  constants.forEach((constant, at) => {
    const value = new Value(`c/${at}`, constant);
    value.constant = constant;
    values.push(value);
  });
  steps.forEach((given, at) => {
    const inputs = given.reads.map((read) => (read === null ? undefined : values[read % values.length]));
    const outputs = Array.from(
      { length: given.outputs },
      (_, index) => new Value(`v${at}:${index}`, given.type0 ?? {}),
    );
    const attributes: Record<string, Attribute> = { ...given.attributes };
    if (given.inner) {
      const inner = new Graph('inner graph');
      const result = new Value(`w${at}`);
      inner.nodes.push(new Node('Neg', `inner${at}`, [values[at % values.length]], [result]));
      inner.outputs.push(result);
      attributes.body = { kind: 'graph', value: inner };
    }
    const dot = given.type.lastIndexOf('.');
    const node = new Node(given.type.slice(dot + 1), `${given.name ?? 'n'}${at}`, inputs, outputs, attributes);
    node.domain = dot < 0 ? '' : given.type.slice(0, dot);
    graph.nodes.push(node);
    values.push(...outputs);
  });
  graph.outputs = values.slice(-1);
  return graph;
}

describe('the text form', () => {
  it('reads the syntax of ONNX', () => {
    const graph = parseGraph(`
      agraph (float[N, 128] X, float[128, 10] W) => (float[N, 10] C)
      <float[10] bias = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9.5}, float[N, 10] T>
      {
        # a comment
        T = MatMul(X, W)
        [sum] S = Add(T, bias)
        R = Clip(S, "", bias)
        C = Softmax<axis = -1>(R)
      }`);
    expect(graph.nodes.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'MatMul MatMul',
      'Add sum',
      'Clip Clip',
      'Softmax Softmax',
    ]);
    expect(graph.inputs[0]!.shape).toEqual(['N', 128]);
    expect(graph.nodes[3]!.attributes).toEqual({ axis: { kind: 'int', value: -1 } });
    expect(graph.nodes[2]!.inputs[1]).toBeUndefined();
    expect(elements(graph.constants()[0]!.constant!).at(-1)).toBe(9.5);
    expect(graph.nodes[0]!.outputs[0]!.shape).toEqual(['N', 10]);
  });

  it('guesses the kinds of attributes', () => {
    const [node] = parseGraph(
      `g () => (y) { y = Op<a = 1, b = 1.5, c = "s", d = [1, 2], e = [0.5], f = ["t"], g = int64[2] {1, 2}>() }`,
    ).nodes;
    expect(Object.values(node!.attributes).map(({ kind }) => kind)).toEqual([
      'int',
      'float',
      'string',
      'ints',
      'floats',
      'strings',
      'tensor',
    ]);
  });

  it('of any graph reads back as the same graph', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 6 }),
        fc.array(tensors, { maxLength: 3 }),
        (steps, constants) => {
          const graph = graphOf(steps, constants);
          const printed = printGraph(graph);
          const again = parseGraph(printed);
          expect(printGraph(again)).toBe(printed);
          expect(encodeModel(again)).toEqual(encodeModel(graph));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has errors with line and column', () => {
    const cases: [string, string][] = [
      ['g (float[2] x) => (x)\n{ y = Neg(z) }', "line 2, column 11: 'z' is not known here"],
      ['g (float[2 x) => (x) {}', "line 1, column 12: expected ',', got 'x'"],
      ['g () => (y) { y = Op<a = >() }', 'line 1, column 26: say the kind of this attribute'],
      ['g () => () <float[2] w = {1}> {}', 'line 1, column 26: [2] takes 2 elements, got 1'],
      ['g (x, x) => () {}', "line 1, column 7: 'x' is already the name of a value"],
      ['g () => () { @ }', 'line 1, column 14: unexpected "@"'],
      ['g () => () {', 'line 1, column 13: expected a name, got the end'],
    ];
    for (const [source, message] of cases) expect(() => parseGraph(source)).toThrow(message);
  });

  it('of any characters gives a graph or a syntax error', () => {
    const good = printGraph(parseGraph('g (float[N] x) => (y) <float w = {1}> { y = Add<a: ints = [1]>(x, w) }'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .tuple(fc.nat(good.length), fc.nat(9), fc.string({ maxLength: 5 }))
            .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut)),
        ),
        (source) => {
          try {
            parseGraph(source);
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('refuses subgraphs nested beyond reason', () => {
    const source = 'g () => () { = Op<b: graph = '.repeat(500);
    expect(() => parseGraph(source)).toThrow('at most 32 deep');
  });
});
